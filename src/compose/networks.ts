import { flagAt, itemsAt, onlyKeys, pairsAt, placeOf, tableAt, textAt } from './access.js';
import type { ComposeNetwork } from '../model/compose.js';
import { refuseAt } from './error.js';
import { NETWORK_KEYS } from './keys.js';
import type { TableNode } from './tree.js';

const IPAM_KEYS: ReadonlySet<string> = new Set(['driver', 'config', 'options']);
const POOL_KEYS: ReadonlySet<string> = new Set(['subnet', 'gateway', 'ip_range', 'aux_addresses']);

/** The words that one entry of `ipam.config` comes to. */
function poolWords(pool: TableNode): readonly string[] {
  onlyKeys(pool, POOL_KEYS, 'ipam.config');
  const [subnet, gateway, range] = ['subnet', 'gateway', 'ip_range'].map((key) => textAt(pool, key));
  const word = (flag: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [flag, value]);
  const reserved = [...pairsAt(pool, 'aux_addresses')].flatMap(([name, ip]) => ['--aux-address', `${name}=${ip}`]);
  return [...word('--subnet', subnet), ...word('--gateway', gateway), ...word('--ip-range', range), ...reserved];
}

function ipamWords(network: TableNode): readonly string[] {
  const ipam = tableAt(network, 'ipam');
  if (ipam === undefined) return [];
  onlyKeys(ipam, IPAM_KEYS, 'ipam');
  const driver = textAt(ipam, 'driver') ?? 'default';
  if (driver !== 'default') refuseAt(placeOf(ipam, 'driver'), `addresses of the IPAM driver ${driver} are not modelled`);
  return itemsAt(ipam, 'config').flatMap((item) =>
    item.kind === 'table' ? poolWords(item) : refuseAt(item.at, 'ipam.config is to hold mappings'),
  );
}

/** What is said of a family goes before what the driver's options say of it; what is not said is left to them. */
function familyWords(network: TableNode): readonly string[] {
  return [4, 6].flatMap((family) => {
    const said = flagAt(network, `enable_ipv${family}`);
    return said === undefined || (family === 4 && said) ? [] : [said ? `--ipv${family}` : `--ipv${family}=false`];
  });
}

function createWords(network: TableNode, name: string, labels: ReadonlyMap<string, string>): readonly string[] {
  const flag = (key: string, word: string): readonly string[] => (flagAt(network, key) === true ? [word] : []);
  const options = [...pairsAt(network, 'driver_opts')].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const all = [...labels, ...pairsAt(network, 'labels')].flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  const flags = [...flag('internal', '--internal'), ...flag('attachable', '--attachable'), ...familyWords(network)];
  return [
    'docker',
    'network',
    'create',
    '-d',
    textAt(network, 'driver') ?? 'bridge',
    ...flags,
    ...ipamWords(network),
    ...options,
    ...all,
    name,
  ];
}

/** `external: true`, or with the name in it, as old files have it. */
function externalName(network: TableNode, key: string): string | undefined {
  const value = network.entries.get('external');
  if (value?.kind === 'table') return textAt(value, 'name') ?? key;
  return flagAt(network, 'external') === true ? (textAt(network, 'name') ?? key) : undefined;
}

/** Docker's own networks, where no container has names (network-scoped alias). */
const NAMELESS: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

/** @returns the network that a key of `networks:` stands for. @throws ComposeError. */
export function networkOf(project: string, key: string, network: TableNode): ComposeNetwork {
  onlyKeys(network, NETWORK_KEYS, `networks.${key}`);
  const external = externalName(network, key);
  const name = external ?? textAt(network, 'name') ?? `${project}_${key}`;
  const labels = new Map([
    ['com.docker.compose.project', project],
    ['com.docker.compose.network', key],
  ]);
  if (external !== undefined && NAMELESS.has(external))
    refuseAt(
      network.at,
      `Docker gives services of Compose no names on its own network ${external}, and refuses them there: write network_mode: ${external}`,
    );
  return {
    name,
    external: external !== undefined,
    create: external === undefined ? createWords(network, name, labels) : [],
    origin: network.at,
  };
}

import type { ComposeContainer, ComposeNetwork, ComposePlace } from '../model/compose.js';
import { countAt, flagAt, itemsAt, onlyKeys, pairsAt, placeOf, tableAt, textAt, textOf, wholeAt } from './access.js';
import { refuseAt } from './error.js';
import { PLACE_KEYS, SERVICE_KEYS } from './keys.js';
import { exposedWord, portWords } from './ports.js';
import type { TableNode, Tree } from './tree.js';
import { volumeWords } from './volumes.js';

/** What a service's containers are made with. */
export interface Around {
  readonly project: string;
  readonly networks: ReadonlyMap<string, ComposeNetwork>;
  /** @returns the name of the first container of another service. */
  readonly containerOf: (service: string) => string | undefined;
}

const NO_NETWORK: TableNode['entries'] = new Map();

/** More than a host runs: each takes an address, and rules. */
const MOST_CONTAINERS = 500;

/** How many containers a service has: `scale`, or `deploy.replicas`. */
export function replicasOf(service: TableNode): number {
  const deploy = tableAt(service, 'deploy');
  const count = countAt(service, 'scale') ?? (deploy === undefined ? undefined : countAt(deploy, 'replicas')) ?? 1;
  return count <= MOST_CONTAINERS
    ? count
    : refuseAt(service.at, `${count} containers of one service: more than ${MOST_CONTAINERS} are not modelled`);
}

/** @returns the name of the container of that number. */
export function containerName(project: string, name: string, service: TableNode, number: number): string {
  return textAt(service, 'container_name') || `${project}-${name}-${number}`;
}

interface Place {
  readonly key: string;
  readonly network: ComposeNetwork;
  readonly settings: TableNode;
  readonly priority: number;
}

/** The networks of a service, the one that it is made with first: by priority, then by name. */
function placesOf(around: Around, name: string, service: TableNode): readonly Place[] {
  const value = service.entries.get('networks');
  const wished = value === undefined || value.kind === 'leaf' ? new Map<string, Tree>() : keysOf(value);
  const keys: ReadonlyMap<string, Tree | undefined> = wished.size === 0 ? new Map([['default', undefined]]) : wished;
  const places = [...keys].map(([key, tree]): Place => {
    const at = tree?.at ?? service.at;
    const network =
      around.networks.get(key) ?? refuseAt(at, `service ${name} is on network "${key}", which the file does not declare under networks:`);
    const settings: TableNode = tree?.kind === 'table' ? tree : { kind: 'table', at, entries: NO_NETWORK };
    onlyKeys(settings, PLACE_KEYS, `services.${name}.networks.${key}`);
    return { key, network, settings, priority: wholeAt(settings, 'priority') ?? 0 };
  });
  return places.sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1));
}

function keysOf(tree: Tree): ReadonlyMap<string, Tree> {
  if (tree.kind === 'table') return tree.entries;
  return new Map(
    (tree.kind === 'list' ? tree.items : [tree]).map((item) => [textOf(item, 'a network'), { ...item, kind: 'leaf', value: null }]),
  );
}

function composePlace(name: string, { network, settings }: Place): ComposePlace {
  const aliases = [name, ...itemsAt(settings, 'aliases').map((item) => textOf(item, 'an alias'))];
  const words = [['--ip', 'ipv4_address'] as const, ['--ip6', 'ipv6_address'] as const].flatMap(([flag, key]) => {
    const ip = textAt(settings, key);
    if (ip === undefined) return [];
    if (!network.external && !network.create.includes('--subnet'))
      refuseAt(placeOf(settings, key), `${key} needs a network whose subnet the file names under ipam (Docker refuses it else)`);
    return [flag, ip];
  });
  const ifname = textAt(settings, 'interface_name');
  return {
    network: network.name,
    aliases: [...new Set(aliases)],
    addresses: words,
    gatewayPriority: wholeAt(settings, 'gw_priority') ?? 0,
    ...(ifname !== undefined && { ifname }),
  };
}

/** `network_mode`, as the value of `--network`; undefined where the service is on networks. */
function modeOf(around: Around, name: string, service: TableNode): string | undefined {
  const mode = textAt(service, 'network_mode');
  if (mode === undefined || mode === '') return undefined;
  const at = placeOf(service, 'network_mode');
  if (keysOf(service.entries.get('networks') ?? { kind: 'list', at, items: [] }).size > 0)
    refuseAt(at, `service ${name} has network_mode and networks: one of them alone is possible`);
  if (!mode.startsWith('service:')) return mode;
  const other = mode.slice('service:'.length);
  return `container:${around.containerOf(other) ?? refuseAt(at, `service ${name} lives in the network of "${other}", which is no service that would be started`)}`;
}

function list(service: TableNode, key: string, flag: string): readonly string[] {
  return itemsAt(service, key, true).flatMap((item) => [flag, textOf(item, key)]);
}

/** What every container of the service is made with, but its name and its networks. */
function commonWords(name: string, service: TableNode, project: string): readonly string[] {
  const labels = [['com.docker.compose.project', project], ['com.docker.compose.service', name], ...pairsAt(service, 'labels')] as const;
  return [
    ...(flagAt(service, 'privileged') === true ? ['--privileged'] : []),
    ...list(service, 'cap_add', '--cap-add'),
    ...list(service, 'cap_drop', '--cap-drop'),
    ...list(service, 'dns', '--dns'),
    ...[...pairsAt(service, 'sysctls')].flatMap(([key, value]) => ['--sysctl', `${key}=${value}`]),
    ...labels.flatMap(([key = '', value = '']) => ['--label', `${key}=${value}`]),
    ...itemsAt(service, 'volumes').flatMap(volumeWords),
    ...itemsAt(service, 'expose').flatMap((item) => ['--expose', exposedWord(item)]),
  ];
}

/** A reference of an image (distribution/reference): nothing that could be taken for an option. */
function imageOf(around: Around, name: string, service: TableNode): string {
  const image = textAt(service, 'image') || `${around.project}-${name}`;
  return /^[a-z0-9][\w./:@-]*$/i.test(image)
    ? image
    : refuseAt(placeOf(service, 'image'), `the image of service ${name} has no name that an image may have`);
}

/**
 * @returns the containers that a service comes to, as the commands that would make them.
 * @throws ComposeError on what Compose would refuse, and on what is not understood.
 */
export function containersOf(around: Around, name: string, service: TableNode): readonly ComposeContainer[] {
  onlyKeys(service, SERVICE_KEYS, `services.${name}`);
  const replicas = replicasOf(service);
  if (replicas > 1 && service.entries.has('container_name'))
    refuseAt(placeOf(service, 'container_name'), `service ${name} has ${replicas} containers, which cannot share the name of one`);
  const mode = modeOf(around, name, service);
  const places = mode === undefined ? placesOf(around, name, service) : [];
  // one that is written twice, short and long or in two files, is one (compose-go, override/uncity.go)
  const ports = [...new Set(itemsAt(service, 'ports').flatMap(portWords))].flatMap((word) => ['-p', word]);
  const image = imageOf(around, name, service);
  const common = [...commonWords(name, service, around.project), ...ports];
  return Array.from({ length: replicas }, (_, i): ComposeContainer => {
    const number = ['--label', `com.docker.compose.container-number=${i + 1}`];
    return {
      service: name,
      name: containerName(around.project, name, service, i + 1),
      ...(mode !== undefined && { mode }),
      places: places.map((place) => composePlace(name, place)),
      options: [...common, ...number],
      image,
      origin: service.at,
    };
  });
}

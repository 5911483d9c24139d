import { addressBits, type Family } from '../../../../src/address/ip.js';
import type { ScenarioChain, ScenarioTable } from '../scenario.js';
import { addressOf, isForwarded, type DockerWorld, type NetworkSpec, type PublishedSpec } from './world.js';

const ESTABLISHED = '-m conntrack --ctstate RELATED,ESTABLISHED';

/** The rules of one chain, in order. */
type Chains = Readonly<Record<string, readonly string[]>>;

const each = <T>(list: readonly T[], rules: (item: T) => readonly string[]): readonly string[] => list.flatMap(rules);

function subnetOf({ number }: NetworkSpec, family: Family): string {
  return family === 4 ? `172.${number}.0.0/24` : `fd00:${number}::/64`;
}

const full = (family: Family): number => addressBits(family);
const inUrl = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip);
const shut = ({ name, icc }: NetworkSpec): string => `-i ${name} -o ${name} -j ${icc ? 'ACCEPT' : 'DROP'}`;

/** What a published port is let in by, where the network does not let everything in. */
function letIn(world: DockerWorld, port: PublishedSpec, family: Family): readonly string[] {
  const ip = addressOf(world, port.container, family);
  const { name, modes } = port.network;
  if (ip === undefined || modes[family] === 'nat-unprotected') return [];
  if (modes[family] !== 'routed' && !isForwarded(port, family)) return [];
  return [`-d ${ip}/${full(family)} ! -i ${name} -o ${name} -p ${port.proto} -m ${port.proto} --dport ${port.containerPort} -j ACCEPT`];
}

/** setupNonInternalNetworkRules and setDefaultForwardRule of Moby 28, by gateway mode. */
function forwardRule({ name, modes }: NetworkSpec, family: Family): readonly string[] {
  switch (modes[family]) {
    case 'routed':
      return [`-o ${name} -p ${family === 4 ? 'icmp' : 'ipv6-icmp'} -j ACCEPT`, `! -i ${name} -o ${name} -j DROP`];
    case 'nat-unprotected':
      return [`! -i ${name} -o ${name} -j ACCEPT`];
    case 'nat':
    case 'isolated':
      return [`! -i ${name} -o ${name} -j DROP`];
  }
}

function isolation(net: NetworkSpec, family: Family): readonly string[] {
  const [subnet, { name }] = [subnetOf(net, family), net];
  if (!net.internal) return [`-i ${name} ! -o ${name} -j DOCKER-ISOLATION-STAGE-2`];
  return family === 4
    ? [`! -s ${subnet} -o ${name} -j DROP`, `! -d ${subnet} -i ${name} -j DROP`]
    : [`! -s ${subnet} ! -i ${name} -o ${name} -j DROP`, `! -d ${subnet} -i ${name} ! -o ${name} -j DROP`];
}

/** Since 28: DOCKER-FORWARD asks DOCKER-CT, the isolation, DOCKER-BRIDGE, then what each network lets out. */
function newFilter(world: DockerWorld, family: Family, networks: readonly NetworkSpec[]): Chains {
  const open = networks.filter((n) => !n.internal);
  const routed = open.filter((n) => n.modes[family] === 'routed');
  const lets = (net: NetworkSpec): readonly string[] => {
    if (net.internal) return [shut(net)];
    return net.icc ? [`-i ${net.name} -j ACCEPT`] : [shut(net), `-i ${net.name} ! -o ${net.name} -j ACCEPT`];
  };
  return {
    FORWARD: ['-j DOCKER-USER', '-j DOCKER-FORWARD'],
    DOCKER: [...each(world.published, (port) => letIn(world, port, family)), ...each(open, (net) => forwardRule(net, family))],
    'DOCKER-BRIDGE': each(open, ({ name }) => [`-o ${name} -j DOCKER`]),
    'DOCKER-CT': each(open, ({ name }) => [`-o ${name} ${ESTABLISHED} -j ACCEPT`]),
    'DOCKER-FORWARD': ['-j DOCKER-CT', '-j DOCKER-ISOLATION-STAGE-1', '-j DOCKER-BRIDGE', ...each(networks, lets)],
    'DOCKER-ISOLATION-STAGE-1': [
      ...each(
        networks.filter((n) => n.internal),
        (net) => isolation(net, family),
      ),
      ...each(routed, ({ name }) => [`-i ${name} ${ESTABLISHED} -j ACCEPT`, `-o ${name} -j RETURN`]),
      ...each(open, (net) => isolation(net, family)),
    ],
    'DOCKER-ISOLATION-STAGE-2': each(open, ({ name }) => [`-o ${name} -j DROP`]),
    'DOCKER-USER': [],
  };
}

/** Up to 27: all of it in FORWARD. */
function oldFilter(world: DockerWorld, family: Family, networks: readonly NetworkSpec[]): Chains {
  const open = networks.filter((n) => !n.internal);
  const own = ({ name }: NetworkSpec): readonly string[] => [
    `-o ${name} ${ESTABLISHED} -j ACCEPT`,
    `-o ${name} -j DOCKER`,
    `-i ${name} ! -o ${name} -j ACCEPT`,
  ];
  return {
    FORWARD: [
      '-j DOCKER-USER',
      '-j DOCKER-ISOLATION-STAGE-1',
      ...each(networks, (net) => [...(net.internal ? [] : own(net)), ...(net.icc ? [shut(net)] : [])]),
      ...each(
        networks.filter((n) => !n.icc),
        (net) => [shut(net)],
      ),
    ],
    DOCKER: each(world.published, (port) => letIn(world, port, family)),
    'DOCKER-ISOLATION-STAGE-1': [...each(networks, (net) => isolation(net, family)), '-j RETURN'],
    'DOCKER-ISOLATION-STAGE-2': [...each(open, ({ name }) => [`-o ${name} -j DROP`]), '-j RETURN'],
    'DOCKER-USER': ['-j RETURN'],
  };
}

function nat(world: DockerWorld, family: Family, networks: readonly NetworkSpec[]): Chains {
  const { proxy, since28 } = world.engine;
  const translated = networks.filter((n) => !n.internal && n.masquerade && n.modes[family].startsWith('nat'));
  const hosts = world.published.flatMap((port) => {
    const ip = addressOf(world, port.container, family);
    return ip === undefined || !isForwarded(port, family) ? [] : [{ ...port, ip }];
  });
  const local = `-m addrtype --dst-type LOCAL -j DOCKER`;
  const besideLoopback = family === 6 ? '! -d ::1/128 ' : proxy ? '! -d 127.0.0.0/8 ' : '';
  return {
    PREROUTING: [local],
    OUTPUT: [`${besideLoopback}${local}`],
    POSTROUTING: [
      ...each(translated, (net) => [`-s ${subnetOf(net, family)} ! -o ${net.name} -j MASQUERADE`]),
      ...(proxy && since28
        ? []
        : hosts.map(
            ({ ip, proto, containerPort }) =>
              `-s ${ip}/${full(family)} -d ${ip}/${full(family)} -p ${proto} -m ${proto} --dport ${containerPort} -j MASQUERADE`,
          )),
      // userland-proxy=false: the host's own loopback clients get an address that a container can answer
      ...(proxy ? [] : each(translated, ({ name }) => [`-o ${name} -m addrtype --src-type LOCAL -j MASQUERADE`])),
    ],
    DOCKER: [
      ...(proxy ? each(translated, ({ name }) => [`-i ${name} -j RETURN`]) : []),
      ...hosts.map(({ ip, proto, hostPort, containerPort, hostIp, network }) => {
        const linkLocal = since28 && proxy && family === 6 ? '! -s fe80::/10 ' : '';
        const at = hostIp === undefined ? '' : `-d ${hostIp}/${full(family)} `;
        const outside = proxy ? `! -i ${network.name} ` : '';
        return `${linkLocal}${at}${outside}-p ${proto} -m ${proto} --dport ${hostPort} -j DNAT --to-destination ${inUrl(ip)}:${containerPort}`;
      }),
    ],
  };
}

/** filterDirectAccess and the rules for ports on 127.0.0.1: both since 28. */
function raw(world: DockerWorld, family: Family, networks: readonly NetworkSpec[]): Chains {
  const shielded = new Map(networks.filter((n) => !n.internal && n.modes[family] === 'nat').map((n) => [n.name, n]));
  const direct = world.containers.flatMap(({ cards }) =>
    cards.flatMap(({ bridge, v4, v6 }) => {
      const ip = family === 4 ? v4 : v6;
      return ip === undefined || !shielded.has(bridge) ? [] : [`-d ${ip}/${full(family)} ! -i ${bridge} -j DROP`];
    }),
  );
  const loopback = world.published.flatMap((port) =>
    port.hostIp?.startsWith('127.') === true && isForwarded(port, family)
      ? [`-d ${port.hostIp}/32 ! -i lo -p ${port.proto} -m ${port.proto} --dport ${port.hostPort} -j DROP`]
      : [],
  );
  return { PREROUTING: [...direct, ...loopback] };
}

const BASE: Readonly<Record<'raw' | 'nat' | 'filter', readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

function table(family: Family, name: 'raw' | 'nat' | 'filter', chains: Chains): ScenarioTable {
  const rules = (chain: string): readonly string[] => (chains[chain] ?? []).map((rule) => `-A ${chain} ${rule}`);
  const base = BASE[name].map((chain): ScenarioChain => ({
    name: chain,
    policy: name === 'filter' && chain === 'FORWARD' ? 'DROP' : 'ACCEPT',
    rules: rules(chain),
  }));
  const users = Object.keys(chains).filter((chain) => !BASE[name].includes(chain));
  return { family, name, chains: [...base, ...users.map((chain): ScenarioChain => ({ name: chain, rules: rules(chain) }))] };
}

/** @returns the tables that an Engine writes for its networks, containers and ports. */
export function engineTables(world: DockerWorld): readonly ScenarioTable[] {
  const { since28, ip6tables } = world.engine;
  return ([4, 6] as const).flatMap((family) => {
    if (family === 6 && !ip6tables) return [];
    const networks = world.networks.filter((n) => family === 4 || n.v6);
    const filter = since28 ? newFilter(world, family, networks) : oldFilter(world, family, networks);
    return [
      ...(since28 ? [table(family, 'raw', raw(world, family, networks))] : []),
      table(family, 'filter', filter),
      table(family, 'nat', nat(world, family, networks)),
    ];
  });
}

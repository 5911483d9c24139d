import { contains, familyOf, parsePrefix, type Ip, type Prefix } from '../../address/ip.js';
import type { Container, DockerNetwork, Endpoint, Host, ListeningSocket, Netns, SourceKind } from '../../model/host.js';
import type { BridgePort, NetInterface, Route } from '../../model/link.js';
import { refuse, withNetns, type Change } from './change.js';
import { readRun, type RunOptions } from './docker-options.js';
import { engineStyle, withDockerRules } from './docker-rules.js';

/** Nothing of the new namespace is left open: it has no rules of its own. */
const LISTED: readonly SourceKind[] = ['addr', 'route', 'route6', 'rule', 'rule6', 'sockets', 'sysctl', 'iptables', 'ip6tables'];

interface Attachment {
  readonly network: DockerNetwork;
  readonly bridge: string;
  readonly subnet: Prefix;
  readonly ip: Ip;
  readonly gateway: Ip | undefined;
}

/** The first free address after the gateway's, as Docker's address pool gives them out. */
function freeAddress(change: Change, host: Host, subnet: Prefix, gateway: Ip | undefined): Ip {
  const used = new Set<Ip>();
  for (const netns of host.netns.values()) for (const iface of netns.interfaces) for (const { ip } of iface.addresses) used.add(ip);
  for (const container of host.containers)
    for (const { ip, ip6 } of container.endpoints) for (const one of [ip, ip6]) if (one !== undefined) used.add(one);
  if (gateway !== undefined) used.add(gateway);
  for (let step = 1n; step < 65536n; step++) {
    const value = BigInt(subnet.addr) + step;
    const ip = typeof subnet.addr === 'number' ? Number(value) : value;
    if (!contains(subnet, ip)) break;
    if (!used.has(ip)) return ip;
  }
  return refuse(change, 'the network has no free address');
}

function attach(change: Change, host: Host, run: RunOptions): readonly Attachment[] {
  const network = host.networks.find((n) => n.name === run.network || (run.network.length >= 6 && n.id.startsWith(run.network)));
  const root = host.netns.get('host');
  if (network === undefined)
    refuse(
      change,
      `the snapshot knows no network "${run.network}"; it knows ${host.networks.map((n) => n.name).join(', ') || 'none (docker/networks.json is missing)'}`,
    );
  const bridge = network.bridge ?? (network.name === 'bridge' ? 'docker0' : `br-${network.id.slice(0, 12)}`);
  if (network.driver !== 'bridge' || root?.interfaces.some((i) => i.name === bridge) !== true)
    refuse(change, `network ${network.name} is not a bridge of this host`);
  const own = root.interfaces.find((i) => i.name === bridge)?.addresses ?? [];
  return network.subnets.flatMap(({ prefix, gateway: named }): readonly Attachment[] => {
    const subnet = parsePrefix(prefix);
    if (subnet === undefined) return [];
    const gateway = named ?? own.find((a) => contains(subnet, a.ip))?.ip;
    const ip = run.ip !== undefined && contains(subnet, run.ip) ? run.ip : freeAddress(change, host, subnet, gateway);
    return [{ network, bridge, subnet, ip, gateway }];
  });
}

function iface(change: Change, name: string, index: number, over: Partial<NetInterface>): NetInterface {
  return {
    name,
    index,
    up: true,
    carrier: true,
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    mtu: 1500,
    detail: { kind: 'veth' },
    addresses: [],
    origin: change.origin,
    ...over,
  };
}

function mac(ip: Ip): string {
  const value = typeof ip === 'number' ? ip : Number(ip & 0xffffffffn);
  return [0x02, 0x42, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':');
}

function routesOf(change: Change, at: Attachment): readonly Route[] {
  const family = familyOf(at.ip);
  const base = { family, type: 'unicast' as const, table: 254, metric: 0, tos: 0, origin: change.origin };
  const all: Prefix = family === 4 ? { addr: 0, mask: 0, length: 0 } : { addr: 0n, mask: 0n, length: 0 };
  const hop = { dev: 'eth0', weight: 1, flags: [] };
  const link: Route = {
    ...base,
    dst: at.subnet,
    nexthops: [hop],
    prefsrc: at.ip,
    scope: 'link',
    protocol: 'kernel',
    text: `the network of ${at.network.name} dev eth0`,
  };
  if (at.gateway === undefined || at.network.internal) return [link];
  return [
    link,
    {
      ...base,
      dst: all,
      nexthops: [{ ...hop, via: at.gateway }],
      scope: 'global',
      text: `default via the gateway of ${at.network.name} dev eth0`,
    },
  ];
}

/** The ports that the image is taken to listen on: those published. */
function listeners(change: Change, run: RunOptions, dual: boolean): readonly ListeningSocket[] {
  return run.ports.flatMap(({ proto, containerPort }): readonly ListeningSocket[] =>
    proto === 'sctp'
      ? []
      : [{ proto, family: dual ? 6 : 4, dualStack: dual, port: containerPort, process: run.name, origin: change.origin }],
  );
}

function containerNetns(
  change: Change,
  run: RunOptions,
  places: readonly Attachment[],
  link: { readonly host: number; readonly own: number },
): Netns {
  const loopback = iface(change, 'lo', 1, {
    mtu: 65536,
    detail: { kind: 'loopback' },
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    addresses: [{ ip: 0x7f000001, prefixLength: 8, scope: 'host', flags: [] }],
  });
  const addresses = places.map(({ ip, subnet }) => ({ ip, prefixLength: subnet.length, scope: 'global' as const, flags: [] }));
  const eth0 = iface(change, 'eth0', link.own, { mac: mac(places[0]!.ip), linkIndex: link.host, linkNetnsId: 0, addresses });
  return {
    name: run.name,
    interfaces: [loopback, eth0],
    routes: places.flatMap((at) => routesOf(change, at)),
    rules: [],
    neighbours: [],
    bridgePorts: [],
    fdb: [],
    vlans: [],
    sockets: listeners(change, run, places.length > 1),
    sysctl: new Map([['net.ipv4.ip_forward', { value: '1', origin: change.origin }]]),
    rulesets: [],
    ipsets: new Map(),
    foreign: [],
    sources: new Map(LISTED.map((kind) => [kind, change.origin.file])),
  };
}

function proxies(change: Change, run: RunOptions): readonly ListeningSocket[] {
  return run.ports.flatMap(({ proto, hostPort, hostIp }): readonly ListeningSocket[] => {
    if (proto === 'sctp') return [];
    const base = { proto, dualStack: false, port: hostPort, process: 'docker-proxy', origin: change.origin };
    if (hostIp !== undefined) return [{ ...base, family: familyOf(hostIp), ip: hostIp }];
    return [
      { ...base, family: 4 },
      { ...base, family: 6 },
    ];
  });
}

function describe(change: Change, run: RunOptions, places: readonly Attachment[]): Container {
  const v4 = places.find((at) => typeof at.ip === 'number');
  const v6 = places.find((at) => typeof at.ip === 'bigint');
  const { network } = places[0]!;
  const endpoint: Endpoint = {
    network: network.name,
    networkId: network.id,
    ...(v4 && { ip: v4.ip, prefixLength: v4.subnet.length, ...(v4.gateway !== undefined && { gateway: v4.gateway }) }),
    ...(v6 && { ip6: v6.ip, prefixLength6: v6.subnet.length, ...(v6.gateway !== undefined && { gateway6: v6.gateway }) }),
    mac: mac(places[0]!.ip),
    aliases: [],
  };
  const exposed = run.ports.map((port) => `${port.containerPort}/${port.proto}`);
  const nothing = { capAdd: [], capDrop: [], mounts: [], dns: [], command: [] };
  return {
    id: `whatif${run.name}`,
    name: run.name,
    image: run.image,
    running: true,
    networkMode: network.name,
    netns: run.name,
    endpoints: [endpoint],
    published: run.ports,
    exposed,
    privileged: run.privileged,
    labels: run.labels,
    origin: change.origin,
    ...nothing,
  };
}

function checkPorts(change: Change, host: Host, run: RunOptions): void {
  const root = host.netns.get('host');
  for (const { proto, hostPort, hostIp } of run.ports) {
    const taken = root?.sockets.find(
      (s) => s.proto === proto && s.port === hostPort && (s.ip === undefined || hostIp === undefined || s.ip === hostIp),
    );
    if (taken !== undefined)
      refuse(
        change,
        `port ${hostPort}/${proto} of the host is taken by ${taken.process ?? 'another socket'} (${taken.origin.file}:${taken.origin.line})`,
      );
  }
}

/**
 * `docker run`: a new container on a bridge network, with the rules, the proxies and the link that this host's Engine would
 * make; the image is taken to listen on the ports that are published.
 */
export function applyDockerRun(host: Host, change: Change): Host {
  const run = readRun(change);
  if (host.netns.has(run.name) || host.containers.some((c) => c.name === run.name))
    refuse(change, `there is a container "${run.name}" already; give the new one another --name`);
  if (run.network === 'host' || run.network === 'none') refuse(change, `--network ${run.network} publishes nothing and needs no change`);
  checkPorts(change, host, run);
  const places = attach(change, host, run);
  if (places.length === 0) refuse(change, `network ${run.network} has no subnet`);
  const root = host.netns.get('host')!;
  const index = Math.max(0, ...[...host.netns.values()].flatMap((n) => n.interfaces.map((i) => i.index))) + 1;
  const { bridge } = places[0]!;
  const veth = `veth${run.name}`.slice(0, 15);
  const netnsId = Math.max(0, ...root.interfaces.map((i) => i.linkNetnsId ?? 0)) + 1;
  const style = engineStyle(host);
  const hairpin = root.bridgePorts.some((p) => p.bridge === bridge && p.hairpin) || !style.proxy;
  const port: BridgePort = {
    iface: veth,
    bridge,
    state: 'forwarding',
    hairpin,
    isolated: false,
    learning: true,
    flood: true,
    origin: change.origin,
  };
  const end = iface(change, veth, index + 1, { mac: '02:42:ff:ff:ff:fe', linkIndex: index, linkNetnsId: netnsId, master: bridge });
  const linked = withNetns(host, 'host', (netns) => ({
    ...netns,
    interfaces: [...netns.interfaces.map((i) => (i.name === bridge ? { ...i, carrier: true } : i)), end],
    bridgePorts: [...netns.bridgePorts, port],
    sockets: style.proxy ? [...netns.sockets, ...proxies(change, run)] : netns.sockets,
  }));
  const joined: Host = {
    ...linked,
    netns: new Map(linked.netns).set(run.name, containerNetns(change, run, places, { host: index + 1, own: index })),
    containers: [...linked.containers, describe(change, run, places)],
  };
  return places.reduce((sofar, at) => withDockerRules(sofar, change, { bridge, ip: at.ip, ports: run.ports }, style), joined);
}

import { nativeBaseChains } from '../netfilter/nftables/index.js';
import { formatIp, parsePrefix, prefixOf, formatPrefix } from '../address/ip.js';
import { findPeers, peerKey, type PeerEnd, withHostGrounds } from '../datapath/index.js';
import type { Container, Host, ListeningSocket, Netns, PublishedPort, SourceKind } from '../model/host.js';
import type {
  InspectedBridge,
  InspectedContainer,
  InspectedInterface,
  InspectedListener,
  InspectedNetns,
  InspectedNetwork,
  InspectedPort,
  InspectedTable,
  Inspection,
  LinkEnd,
} from '../model/inspection.js';
import type { NetInterface } from '../model/link.js';
import { HOST_NETNS, isHostNetns } from '../model/netns.js';
import type { Problem } from '../model/origin.js';
import { tableName } from './parsers/route-fields.js';
import { ruleProblems } from './rule-problems.js';

type Peers = ReadonlyMap<string, PeerEnd>;

/** What a trace through any namespace asks for; bridges ask for more. */
const NEEDED: readonly SourceKind[] = ['addr', 'route', 'rule', 'neigh', 'sockets', 'sysctl', 'iptables', 'ip6tables'];
const NEEDED_BY_BRIDGES: readonly SourceKind[] = ['bridge-link', 'bridge-fdb'];

function linkOf(netns: Netns, iface: NetInterface, peers: Peers): LinkEnd | undefined {
  const peer = peers.get(peerKey(netns.name, iface.name));
  if (peer !== undefined) return { how: 'peer', ...peer };
  if (iface.linkName !== undefined && iface.linkNetnsId === undefined) return { how: 'lower', netns: netns.name, iface: iface.linkName };
  return iface.linkIndex === undefined ? undefined : { how: 'elsewhere', index: iface.linkIndex };
}

function interfaceOf(netns: Netns, iface: NetInterface, peers: Peers): InspectedInterface {
  const link = linkOf(netns, iface, peers);
  return {
    name: iface.name,
    index: iface.index,
    kind: iface.detail.kind === 'other' ? iface.detail.name : iface.detail.kind,
    up: iface.up,
    carrier: iface.carrier,
    ...(iface.mac === undefined ? {} : { mac: iface.mac }),
    mtu: iface.mtu,
    addresses: iface.addresses.map(({ ip, prefixLength }) => `${formatIp(ip)}/${prefixLength}`),
    ...(iface.master === undefined ? {} : { master: iface.master }),
    ...(link === undefined ? {} : { link }),
    origin: iface.origin,
  };
}

function addressOf(socket: ListeningSocket): string {
  const any = socket.dualStack ? '*' : socket.family === 4 ? '0.0.0.0' : '::';
  const address = socket.ip === undefined ? any : formatIp(socket.ip);
  return socket.dev === undefined ? address : `${address}%${socket.dev}`;
}

function listenerOf(socket: ListeningSocket): InspectedListener {
  const { proto, port, process, origin } = socket;
  return { proto, address: addressOf(socket), port, ...(process === undefined ? {} : { process }), origin };
}

/** All but chains for ARP, which no packet of IP meets. */
const NOT_MET = 'arp';

function tablesOf(netns: Netns): InspectedTable[] {
  return netns.rulesets.flatMap(({ family, backend, tables, file }) =>
    [...tables.values()].map((table) => {
      const chains = [...table.chains.values()];
      return {
        family,
        backend,
        table: table.name,
        chains: chains.length,
        rules: chains.reduce((n, chain) => n + chain.rules.length, 0),
        file,
      };
    }),
  );
}

/** Tables by the name that the listing gave them, which for one of the host's own is more than its number here. */
function routesOf(netns: Netns): InspectedNetns['routes'] {
  const counts = new Map<string, { family: 4 | 6; table: string; routes: number }>();
  for (const { family, table: id, text } of netns.routes) {
    const table = / table (\S+)/.exec(text)?.[1] ?? tableName(id);
    const entry = counts.get(`${family} ${table}`) ?? { family, table, routes: 0 };
    entry.routes++;
    counts.set(`${family} ${table}`, entry);
  }
  return [...counts.values()];
}

function namespaceOf(netns: Netns, peers: Peers): InspectedNetns {
  const hasBridge = netns.interfaces.some((iface) => iface.detail.kind === 'bridge');
  const needed = hasBridge ? [...NEEDED, ...NEEDED_BY_BRIDGES] : NEEDED;
  return {
    name: netns.name,
    interfaces: netns.interfaces.map((iface) => interfaceOf(netns, iface, peers)),
    routes: routesOf(netns),
    policyRules: netns.rules.length,
    listeners: netns.sockets.map(listenerOf),
    tables: tablesOf(netns),
    ipsets: [...netns.ipsets.values()].map(({ name, type, members }) => ({ name, type, members: members.length })),
    foreign: nativeBaseChains(netns).map(({ family, table, chain, hook, priority, rules }) => ({
      chain: `${family} ${table} ${chain}`,
      hook,
      priority,
      rules,
      evaluated: family !== NOT_MET,
    })),
    sources: [...netns.sources].map(([kind, listing]) => ({ kind, ...listing })),
    missing: needed.filter((kind) => !netns.sources.has(kind)),
  };
}

function bridgesOf(host: Host, netns: Netns, peers: Peers): InspectedBridge[] {
  const byName = new Map(netns.interfaces.map((iface) => [iface.name, iface]));
  const bridges = netns.interfaces.filter((iface) => iface.detail.kind === 'bridge');
  return bridges.map((bridge) => {
    const network = isHostNetns(netns.name) ? host.networks.find((n) => n.bridge === bridge.name) : undefined;
    const ports = netns.bridgePorts.filter((port) => port.bridge === bridge.name);
    return {
      netns: netns.name,
      name: bridge.name,
      ...(network === undefined ? {} : { network: network.name }),
      up: bridge.up,
      carrier: bridge.carrier,
      subnets: bridge.addresses.filter((a) => a.scope !== 'link').map((a) => formatPrefix(prefixOf(a.ip, a.prefixLength))),
      ports: ports.map((port) => {
        const iface = byName.get(port.iface);
        const link = iface && linkOf(netns, iface, peers);
        const flags = [
          port.hairpin ? 'hairpin' : '',
          port.isolated ? 'isolated' : '',
          port.learning ? '' : 'no learning',
          port.flood ? '' : 'no flooding',
        ];
        return {
          iface: port.iface,
          state: port.state,
          flags: flags.filter((flag) => flag !== ''),
          ...(link === undefined ? {} : { link }),
        };
      }),
    };
  });
}

function containerOf(host: Host, container: Container): InspectedContainer {
  const { name, id, image, running, networkMode, netns } = container;
  return {
    name,
    id,
    image,
    running,
    networkMode,
    netns,
    netnsListed: host.netns.get(netns)?.sources.has('addr') ?? false,
    endpoints: container.endpoints.map(({ network, ip, ip6 }) => ({
      network,
      addresses: [ip, ip6].flatMap((a) => (a === undefined ? [] : [formatIp(a)])),
    })),
  };
}

function hostAddress(port: PublishedPort): string {
  if (port.hostIp !== undefined) return formatIp(port.hostIp);
  return port.family === undefined ? '*' : port.family === 4 ? '0.0.0.0' : '::';
}

function publishedOf(host: Host, container: Container): InspectedPort[] {
  const sockets = host.netns.get(HOST_NETNS)?.sockets ?? [];
  return container.published.map((port) => {
    const listener = sockets.find(
      (s) =>
        s.proto === port.proto &&
        s.port === port.hostPort &&
        (s.ip === port.hostIp || s.ip === undefined) &&
        (s.dualStack || port.family === undefined || s.family === port.family),
    );
    return {
      container: container.name,
      proto: port.proto,
      containerPort: port.containerPort,
      hostAddress: hostAddress(port),
      hostPort: port.hostPort,
      ...(listener?.process === undefined ? {} : { listener: listener.process }),
    };
  });
}

function networksOf(host: Host): InspectedNetwork[] {
  return host.networks.map(({ name, id, driver, internal, bridge, subnets }) => ({
    name,
    id,
    driver,
    internal,
    ...(bridge === undefined ? {} : { bridge }),
    subnets: subnets.map(({ prefix }) => parsePrefix(prefix)).flatMap((prefix) => (prefix === undefined ? [] : [formatPrefix(prefix)])),
    containers: host.containers
      .filter((c) => c.endpoints.some((e) => e.networkId === id || (e.networkId === '' && e.network === name)))
      .map((c) => c.name),
  }));
}

function byPlace(a: Problem, b: Problem): number {
  if (a.origin.file !== b.origin.file) return a.origin.file < b.origin.file ? -1 : 1;
  return a.origin.line - b.origin.line;
}

function holds(host: Host, { netns, iface }: { readonly netns: string; readonly iface: string }): boolean {
  const place = host.netns.get(netns);
  return place !== undefined && (iface === 'any' || place.interfaces.some(({ name }) => name === iface));
}

/** @returns what the snapshot was understood to hold, and every line that was not understood; reads every rule. */
export function inspectHost(host: Host): Inspection {
  const peers = findPeers(host);
  const namespaces = [...host.netns.values()];
  return {
    format: 'dtrace-path-inspection/1',
    ...withHostGrounds(host),
    meta: host.meta,
    namespaces: namespaces.map((netns) => namespaceOf(netns, peers)),
    bridges: namespaces.flatMap((netns) => bridgesOf(host, netns, peers)),
    networks: networksOf(host),
    containers: host.containers.map((container) => containerOf(host, container)),
    published: host.containers.flatMap((container) => publishedOf(host, container)),
    captures: host.captures.map((capture) => ({ ...capture, known: holds(host, capture) })),
    ...(host.parts === undefined ? {} : { parts: host.parts }),
    problems: [...host.problems, ...ruleProblems(host)].sort(byPlace),
  };
}

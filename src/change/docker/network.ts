import { contains, familyOf, formatPrefix, lastOf, parsePrefix, type Ip, type Prefix } from '../../address/ip.js';
import { utf8 } from '../../address/utf8.js';
import { bridgeOption, yesOrNo } from '../../inventory/index.js';
import type { DockerNetwork, Host, Subnet } from '../../model/host.js';
import type { InterfaceAddress, NetInterface } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { DEVICE, NETWORK, refusal } from '../../names/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import { addressRoutes } from '../ip/address-routes.js';
import { refreshed, removeLink } from '../ip/link-state.js';
import { applyIptables } from '../rules/iptables.js';
import { applySysctl } from '../settings.js';
import { readCreate, type NetworkDraft } from './network-draft.js';
import { iface, mac } from './link.js';
import { checkBridgeOptions, mannerOf } from './bridge-options.js';
import { isNative } from './native-table.js';
import { withNetworkRules, withoutNetworkRules } from './network-rules.js';
import { bridgeOf, findNetwork } from './place.js';
import { checkFree, freePool } from './pools.js';
import { writesFamily } from './rules.js';
import { parentOf } from './stacked.js';
import { checkGeneration, engineStyle, isSince28 } from './style.js';

/** Docker's id of a network is random; this one is made of its name. */
function idOf(name: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of utf8(name)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & ((1n << 64n) - 1n);
  return hash.toString(16).padStart(16, '0').repeat(4);
}

/** The subnets that were said, and one that Docker gives for each family that has none. */
function subnetsOf(change: Change, host: Host, { ipv4, ipv6, ...draft }: NetworkDraft): readonly Prefix[] {
  const families = ([4, 6] as const).filter((family) => (family === 4 ? ipv4 : ipv6));
  // addresses of a family that the network does not have are passed over
  const subnets = draft.subnets.filter(({ addr }) => families.includes(familyOf(addr)));
  checkFree(change, host, subnets);
  const lacks = families.filter((family) => !subnets.some(({ addr }) => familyOf(addr) === family));
  return [...lacks.map((family) => freePool(change, host, family)), ...subnets];
}

/** setupIPv6Forwarding: Docker turns it on with the first IPv6 network; since 28 it lets nothing else be forwarded then. */
function forwardingV6(host: Host, change: Change): Host {
  if (host.netns.get(HOST_NETNS)!.sysctl.get('net.ipv6.conf.all.forwarding')?.value !== '0') return host;
  const typed = (...words: readonly string[]): Change => ({ ...change, words });
  const on = applySysctl(host, typed('sysctl', 'net.ipv6.conf.default.forwarding=1', 'net.ipv6.conf.all.forwarding=1'));
  const closes = isSince28(host) === true && writesFamily(host, 6) && !isNative(host);
  return closes ? applyIptables(on, typed('ip6tables', '-P', 'FORWARD', 'DROP')) : on;
}

const nextTo = (ip: Ip): Ip => (typeof ip === 'number' ? ip + 1 : ip + 1n);

/** One subnet with what was said of it: a gateway that nobody names is the first address that may be given out. */
function shapeOf({ gateways, ranges, reserved }: NetworkDraft, subnet: Prefix): Subnet & { readonly gateway: Ip } {
  const range = ranges.find((one) => contains(subnet, one.addr));
  const kept = reserved.filter((ip) => contains(subnet, ip));
  let first = range === undefined || range.addr === subnet.addr ? nextTo(subnet.addr) : range.addr;
  while (kept.includes(first)) first = nextTo(first);
  return {
    prefix: formatPrefix(subnet),
    gateway: gateways.find((ip) => contains(subnet, ip)) ?? first,
    ...(range !== undefined && { range: formatPrefix(range) }),
    ...(kept.length > 0 && { reserved: kept }),
  };
}

function described(change: Change, draft: NetworkDraft, subnets: readonly Subnet[]): DockerNetwork {
  const { name, driver, internal, attachable, ipv6, options } = draft;
  const origin = change.origin;
  return { id: idOf(name), name, driver, scope: 'local', internal, attachable, ingress: false, ipv6, subnets, options, origin };
}

/** GetSkipGwAlloc: an isolated network has no gateway in that family, nor has an internal one whose bridge bears no address. */
function withoutGateways(host: Host, network: DockerNetwork): DockerNetwork {
  const inhibited = network.internal && yesOrNo(bridgeOption(network, 'inhibit_ipv4') ?? '') === true;
  const subnets = network.subnets.map(({ gateway, ...rest }): Subnet => {
    const family = gateway === undefined ? 4 : familyOf(gateway);
    const none = mannerOf(host, network, family).mode === 'isolated' || (family === 4 && inhibited);
    return none || gateway === undefined ? rest : { ...rest, gateway };
  });
  return { ...network, subnets };
}

/** Docker gives IPv4 gateways a broadcast address. */
function broadcastOf(ip: Ip, subnets: readonly Prefix[]): { readonly broadcast?: Ip } {
  const own = subnets.find((subnet) => contains(subnet, ip));
  return own === undefined || typeof ip !== 'number' ? {} : { broadcast: lastOf(own) };
}

/** The addresses of a network's bridge: its gateways, unless that was forbidden. */
function bridgeAddresses(network: DockerNetwork): readonly InterfaceAddress[] {
  const inhibited = yesOrNo(bridgeOption(network, 'inhibit_ipv4') ?? '') === true;
  return network.subnets.flatMap(({ prefix, gateway }): readonly InterfaceAddress[] => {
    if (gateway === undefined || (inhibited && familyOf(gateway) === 4)) return [];
    return [{ ip: gateway, prefixLength: parsePrefix(prefix)!.length, scope: 'global', flags: [] }];
  });
}

function withBridge(host: Host, change: Change, network: DockerNetwork, bridge: string): Host {
  checkGeneration(host, change);
  const root = host.netns.get(HOST_NETNS)!;
  const subnets = network.subnets.map(({ prefix }) => parsePrefix(prefix)!);
  const addresses = bridgeAddresses(network);
  const index = Math.max(0, ...root.interfaces.map((i) => i.index)) + 1;
  const made: NetInterface = iface(change, bridge, index, {
    mac: mac(addresses[0]?.ip ?? subnets[0]!.addr),
    detail: { kind: 'bridge', vlanFiltering: false, vlanDefaultPvid: 1 },
    addresses,
  });
  const ready = subnets.some((subnet) => familyOf(subnet.addr) === 6) ? forwardingV6(host, change) : host;
  const linked = withNetns(ready, HOST_NETNS, (netns) => ({
    ...netns,
    interfaces: [...netns.interfaces, made],
    routes: [...netns.routes, ...addresses.flatMap((one) => addressRoutes(change, netns, made, one, broadcastOf(one.ip, subnets)))],
  }));
  const there = { ...refreshed(linked, change, HOST_NETNS, bridge), networks: [...host.networks, network] };
  return withNetworkRules(there, change, network, bridge, subnets, engineStyle(host));
}

function checkNames(change: Change, host: Host, { name, driver, ipv4, ipv6 }: NetworkDraft, bridge: string): void {
  if (host.networks.some((n) => n.name === name)) refuse(change, `there is a network ${name} already`);
  const fault = refusal(NETWORK, name) ?? refusal(DEVICE, bridge);
  if (fault !== undefined) refuse(change, fault);
  if (!ipv4 && !ipv6) refuse(change, 'IPv4 or IPv6 must be enabled');
  if (driver === 'bridge' && host.netns.get(HOST_NETNS)!.interfaces.some((i) => i.name === bridge))
    refuse(change, `there is an interface ${bridge} already`);
}

/** Engines before 28 give every network IPv4, whatever is said. @throws WhatIfError where nobody tells which Engine it is. */
function asTaken(change: Change, host: Host, draft: NetworkDraft): NetworkDraft {
  if (draft.ipv4 || isSince28(host) === true) return draft;
  checkGeneration(host, change);
  change.tell?.("that the network is to have no IPv4 is passed over by this host's Engine, which is older than 28");
  return { ...draft, ipv4: true };
}

/** `docker network create`: a bridge with its gateway addresses, and the rules that this host's Engine would write; or a network upon a link of the host. */
export function applyNetworkCreate(host: Host, change: Change, words: readonly string[]): Host {
  const draft = asTaken(change, host, readCreate(change, words));
  const own = draft.options.get('com.docker.network.bridge.name') ?? '';
  const bridge = own === '' ? `br-${idOf(draft.name).slice(0, 12)}` : own;
  checkNames(change, host, draft, bridge);
  const network = described(
    change,
    draft,
    subnetsOf(change, host, draft).map((subnet) => shapeOf(draft, subnet)),
  );
  if (draft.driver !== 'bridge') {
    parentOf(change, host, network);
    return { ...host, networks: [...host.networks, network] };
  }
  checkBridgeOptions(change, host, network);
  return withBridge(host, change, withoutGateways(host, { ...network, bridge }), bridge);
}

/** `docker network rm NAME …`. */
export function applyNetworkRemove(host: Host, change: Change, names: readonly string[]): Host {
  if (names.length === 0) refuse(change, 'name the network: docker network rm NAME');
  return names.reduce((sofar, name) => {
    const network = findNetwork(change, sofar, name);
    const users = sofar.containers.filter((c) => c.running && c.endpoints.some((e) => e.network === network.name)).map((c) => c.name);
    if (users.length > 0)
      refuse(change, `network ${network.name} has active endpoints: ${users.join(', ')}; disconnect or stop them first`);
    if (!['bridge', 'macvlan', 'ipvlan'].includes(network.driver) || ['bridge', 'host', 'none'].includes(network.name))
      refuse(change, `network ${network.name} cannot be taken away in the model`);
    const networks = sofar.networks.filter((n) => n !== network);
    if (network.driver !== 'bridge') return { ...sofar, networks };
    const bridge = bridgeOf(network);
    const subnets = network.subnets.flatMap((s) => parsePrefix(s.prefix) ?? []);
    const bare = withoutNetworkRules(sofar, change, bridge, subnets);
    return { ...removeLink(bare, change, HOST_NETNS, bridge), networks };
  }, host);
}

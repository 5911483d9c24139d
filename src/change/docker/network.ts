import { utf8 } from '../../address/utf8.js';
import {
  contains,
  familyOf,
  formatIp,
  formatPrefix,
  lastOf,
  parseIp,
  parsePrefix,
  prefixOf,
  type Ip,
  type Prefix,
} from '../../address/ip.js';
import type { DockerNetwork, Host, Subnet } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { addressRoutes } from '../ip/address-routes.js';
import { DEVICE, NETWORK, refusal } from '../../names/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import { iface, mac } from './link.js';
import { bridgeOf, findNetwork } from './place.js';
import { withNetworkRules, withoutNetworkRules } from './network-rules.js';
import { isNative } from './native-rules.js';
import { engineStyle, writesFamily } from './rules.js';
import { applyIptables } from '../rules/iptables.js';
import { refreshed, removeLink } from '../ip/link-state.js';
import { applySysctl } from '../settings.js';

interface Draft {
  name?: string;
  readonly subnets: Prefix[];
  readonly gateways: Ip[];
  readonly ranges: Prefix[];
  readonly reserved: Ip[];
  readonly options: Map<string, string>;
  readonly flags: Set<string>;
}

const UNMODELLED = /gateway_mode|host_binding_ipv6|container_iface_prefix|inhibit_ipv4|trusted_host/;

function setOption(change: Change, draft: Draft, flag: string, value: string): void {
  const [key = '', ...rest] = value.split('=');
  const setting = rest.join('=');
  switch (flag) {
    case '-d':
    case '--driver':
      if (value !== 'bridge') refuse(change, `networks of the driver ${value} are not modelled; bridge is`);
      return;
    case '--subnet':
      draft.subnets.push(parsePrefix(value) ?? refuse(change, `"${value}" is no subnet`));
      return;
    case '--gateway':
      draft.gateways.push(parseIp(value) ?? refuse(change, `"${value}" is no address`));
      return;
    case '--ip-range':
      draft.ranges.push(parsePrefix(value) ?? refuse(change, `"${value}" is no range of addresses`));
      return;
    case '--aux-address':
      draft.reserved.push(parseIp(setting) ?? refuse(change, `"${value}" is no NAME=ADDRESS`));
      return;
    case '-o':
    case '--opt':
      if (UNMODELLED.test(key)) refuse(change, `the option ${key} is not modelled`);
      draft.options.set(key, setting);
      return;
    case '--label':
    case '--scope':
      return;
    default:
      refuse(change, `the option ${flag} of docker network create is not understood`);
  }
}

function readCreate(change: Change, words: readonly string[]): Draft & { readonly name: string } {
  const draft: Draft = { subnets: [], gateways: [], ranges: [], reserved: [], options: new Map(), flags: new Set() };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith('-')) draft.name = word;
    else if (['--internal', '--ipv6', '--attachable', '--ipv4'].includes(word)) draft.flags.add(word);
    else {
      const equals = word.startsWith('--') ? word.indexOf('=') : -1;
      const value = equals < 0 ? words[++i] : word.slice(equals + 1);
      setOption(change, draft, equals < 0 ? word : word.slice(0, equals), value ?? refuse(change, `${word} needs a value`));
    }
  }
  return { ...draft, name: draft.name ?? refuse(change, 'name the network: docker network create NAME') };
}

const overlaps = (a: Prefix, b: Prefix): boolean => contains(a, b.addr) || contains(b, a.addr);

/** ipamutils: Docker's own pools, 172.17/16 to 172.31/16 and then 192.168.0/20 and so on. */
const POOLS: readonly Prefix[] = [
  ...Array.from({ length: 15 }, (_, i) => prefixOf((172 << 24) + ((17 + i) << 16) + 2 ** 32, 16)),
  ...Array.from({ length: 16 }, (_, i) => prefixOf(0xc0a80000 + i * 4096, 20)),
].map((p) => prefixOf(Number(p.addr) >>> 0, p.length));

function taken(host: Host): readonly Prefix[] {
  const routes = host.netns
    .get(HOST_NETNS)!
    .routes.filter((r) => r.dst.length > 0 && r.type === 'unicast')
    .map((r) => r.dst);
  return [...routes, ...host.networks.flatMap((n) => n.subnets.flatMap((s) => parsePrefix(s.prefix) ?? []))];
}

/** Docker's id of a network is random; this one is made of its name. */
function idOf(name: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of utf8(name)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & ((1n << 64n) - 1n);
  return hash.toString(16).padStart(16, '0').repeat(4);
}

function subnetsOf(change: Change, host: Host, draft: Draft & { readonly name: string }): readonly Prefix[] {
  const used = taken(host);
  const stray = [...draft.gateways, ...draft.ranges.map((one) => one.addr), ...draft.reserved].find(
    (ip) => !draft.subnets.some((subnet) => contains(subnet, ip)),
  );
  if (stray !== undefined) refuse(change, `no --subnet holds ${formatIp(stray)} (no matching subnet)`);
  for (const subnet of draft.subnets) {
    const other = used.find((net) => overlaps(net, subnet));
    if (other !== undefined)
      refuse(
        change,
        `the subnet ${formatPrefix(subnet)} overlaps with ${formatPrefix(other)} (Pool overlaps with other one on this address space)`,
      );
  }
  if (draft.flags.has('--ipv6') && !draft.subnets.some((s) => familyOf(s.addr) === 6))
    refuse(change, 'name the IPv6 subnet: --subnet fd00:…::/64');
  if (draft.subnets.some((s) => familyOf(s.addr) === 4)) return draft.subnets;
  const free = POOLS.find((pool) => !used.some((net) => overlaps(net, pool)));
  return [free ?? refuse(change, 'every pool of addresses is in use; name one: --subnet'), ...draft.subnets];
}

/** setupIPv6Forwarding: Docker turns it on with the first IPv6 network; since 28 it lets nothing else be forwarded then. */
function forwardingV6(host: Host, change: Change): Host {
  if (host.netns.get(HOST_NETNS)!.sysctl.get('net.ipv6.conf.all.forwarding')?.value !== '0') return host;
  const typed = (...words: readonly string[]): Change => ({ ...change, words });
  const on = applySysctl(host, typed('sysctl', 'net.ipv6.conf.default.forwarding=1', 'net.ipv6.conf.all.forwarding=1'));
  const closes = engineStyle(host).since28 && writesFamily(host, 6) && !isNative(host);
  return closes ? applyIptables(on, typed('ip6tables', '-P', 'FORWARD', 'DROP')) : on;
}

/** `docker network create`: a bridge with its gateway addresses, and the rules that this host's Engine would write. */
export function applyNetworkCreate(host: Host, change: Change, words: readonly string[]): Host {
  const draft = readCreate(change, words);
  if (host.networks.some((n) => n.name === draft.name)) refuse(change, `there is a network ${draft.name} already`);
  const fault = refusal(NETWORK, draft.name);
  if (fault !== undefined) refuse(change, fault);
  const subnets = subnetsOf(change, host, draft);
  const id = idOf(draft.name);
  const bridge = draft.options.get('com.docker.network.bridge.name') ?? `br-${id.slice(0, 12)}`;
  const badBridge = refusal(DEVICE, bridge);
  if (badBridge !== undefined) refuse(change, badBridge);
  const root = host.netns.get(HOST_NETNS)!;
  if (root.interfaces.some((i) => i.name === bridge)) refuse(change, `there is an interface ${bridge} already`);
  const shaped = subnets.map((subnet) => shapeOf(draft, subnet));
  const gateways = shaped.map(({ gateway }) => gateway);
  const network: DockerNetwork = {
    id,
    name: draft.name,
    driver: 'bridge',
    scope: 'local',
    internal: draft.flags.has('--internal'),
    attachable: draft.flags.has('--attachable'),
    ingress: false,
    ipv6: draft.flags.has('--ipv6'),
    subnets: shaped,
    options: draft.options,
    bridge,
    origin: change.origin,
  };
  const addresses = subnets.map((subnet, i) => ({ ip: gateways[i]!, prefixLength: subnet.length, scope: 'global' as const, flags: [] }));
  const index = Math.max(0, ...root.interfaces.map((i) => i.index)) + 1;
  const made: NetInterface = iface(change, bridge, index, {
    mac: mac(gateways[0]!),
    detail: { kind: 'bridge', vlanFiltering: false, vlanDefaultPvid: 1 },
    addresses,
  });
  const ready = subnets.some((subnet) => familyOf(subnet.addr) === 6) ? forwardingV6(host, change) : host;
  const linked = withNetns(ready, HOST_NETNS, (netns) => ({
    ...netns,
    interfaces: [...netns.interfaces, made],
    routes: [...netns.routes, ...addresses.flatMap((address) => addressRoutes(change, netns, made, address, last(address.ip, subnets)))],
  }));
  return withNetworkRules(
    { ...refreshed(linked, change, HOST_NETNS, bridge), networks: [...host.networks, network] },
    change,
    network,
    bridge,
    subnets,
    engineStyle(host),
  );
}

const nextTo = (ip: Ip): Ip => (typeof ip === 'number' ? ip + 1 : ip + 1n);

/** One subnet with what was said of it: a gateway that nobody names is the first address that may be given out. */
function shapeOf({ gateways, ranges, reserved }: Draft, subnet: Prefix): Subnet & { readonly gateway: Ip } {
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

/** Docker gives IPv4 gateways a broadcast address. */
function last(ip: Ip, subnets: readonly Prefix[]): { readonly broadcast?: Ip } {
  const own = subnets.find((subnet) => contains(subnet, ip));
  return own === undefined || typeof ip !== 'number' ? {} : { broadcast: lastOf(own) };
}

/** `docker network rm NAME …`. */
export function applyNetworkRemove(host: Host, change: Change, names: readonly string[]): Host {
  if (names.length === 0) refuse(change, 'name the network: docker network rm NAME');
  return names.reduce((sofar, name) => {
    const network = findNetwork(change, sofar, name);
    const users = sofar.containers.filter((c) => c.running && c.endpoints.some((e) => e.network === network.name)).map((c) => c.name);
    if (users.length > 0)
      refuse(change, `network ${network.name} has active endpoints: ${users.join(', ')}; disconnect or stop them first`);
    if (network.driver !== 'bridge' || ['bridge', 'host', 'none'].includes(network.name))
      refuse(change, `network ${network.name} cannot be taken away in the model`);
    const bridge = bridgeOf(network);
    const bare = withoutNetworkRules(
      sofar,
      change,
      bridge,
      network.subnets.flatMap((s) => parsePrefix(s.prefix) ?? []),
    );
    return { ...removeLink(bare, change, HOST_NETNS, bridge), networks: sofar.networks.filter((n) => n !== network) };
  }, host);
}

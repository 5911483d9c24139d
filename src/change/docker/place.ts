import { contains, formatIp, lastOf, parsePrefix, type Ip, type Prefix } from '../../address/ip.js';
import type { DockerNetwork, Host, Subnet } from '../../model/host.js';
import type { InterfaceAddress } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { refuse, type Change } from '../change.js';
import { parentOf, type Lower } from './stacked.js';

/** What a container's link on a network is joined to: a port of the bridge, or a link of the host that its own lies upon. */
export type PlaceLink = { readonly kind: 'bridge'; readonly bridge: string } | ({ readonly kind: 'stacked' } & Lower);

/** Where a container sits on one subnet of a network. */
export interface SubnetPlace {
  readonly network: DockerNetwork;
  readonly link: PlaceLink;
  readonly subnet: Prefix;
  readonly ip: Ip;
  readonly gateway: Ip | undefined;
}

/** @returns the network of that name, or whose id begins so. */
export function findNetwork(change: Change, host: Host, name: string): DockerNetwork {
  const network = host.networks.find((n) => n.name === name || (name.length >= 6 && n.id.startsWith(name)));
  if (network !== undefined) return network;
  const names = host.networks.map((n) => n.name).join(', ');
  return refuse(change, `the snapshot knows no network "${name}"; it knows ${names || 'none (docker/networks.json is missing)'}`);
}

/** @returns the Linux bridge of a network of Docker's bridge driver. */
export function bridgeOf(network: DockerNetwork): string {
  return network.bridge ?? (network.name === 'bridge' ? 'docker0' : `br-${network.id.slice(0, 12)}`);
}

function usedAddresses(host: Host): ReadonlySet<Ip> {
  const used = new Set<Ip>();
  for (const netns of host.netns.values()) for (const iface of netns.interfaces) for (const { ip } of iface.addresses) used.add(ip);
  for (const container of host.containers)
    for (const { ip, ip6 } of container.endpoints) for (const one of [ip, ip6]) if (one !== undefined) used.add(one);
  return used;
}

/** The first free address, as Docker's address pool gives them out (ipam, getAddress): never the network's own, nor its broadcast address. */
function freeAddress(change: Change, host: Host, subnet: Prefix, { gateway, range, reserved = [] }: Subnet): Ip {
  const used = new Set([...usedAddresses(host), ...reserved, ...(gateway === undefined ? [] : [gateway])]);
  const pool = (range === undefined ? undefined : parsePrefix(range)) ?? subnet;
  for (let step = 0n; step < 65536n; step++) {
    const value = BigInt(pool.addr) + step;
    const ip = typeof pool.addr === 'number' ? Number(value) : value;
    if (!contains(pool, ip)) break;
    if (ip !== subnet.addr && (typeof ip === 'bigint' || ip !== lastOf(subnet)) && !used.has(ip)) return ip;
  }
  return refuse(change, 'the network has no free address');
}

/** @returns a wanted address, where the network can give it. */
function wantedAddress(change: Change, host: Host, network: DockerNetwork, ip: Ip): Ip {
  if (usedAddresses(host).has(ip)) refuse(change, `${formatIp(ip)} is in use on network ${network.name} (Address already in use)`);
  return ip;
}

function linkOf(change: Change, host: Host, network: DockerNetwork): PlaceLink {
  if (['macvlan', 'ipvlan'].includes(network.driver)) return { kind: 'stacked', ...parentOf(change, host, network) };
  const bridge = bridgeOf(network);
  if (network.driver === 'bridge' && host.netns.get(HOST_NETNS)?.interfaces.some((i) => i.name === bridge) === true)
    return { kind: 'bridge', bridge };
  return refuse(
    change,
    `network ${network.name} is not a bridge of this host, nor upon one of its links (its driver is ${network.driver}): only those are modelled`,
  );
}

/** Addresses of the host on the network: none where it is not a bridge. */
function hostAddresses(host: Host, link: PlaceLink): readonly InterfaceAddress[] {
  if (link.kind === 'stacked') return [];
  return host.netns.get(HOST_NETNS)?.interfaces.find((i) => i.name === link.bridge)?.addresses ?? [];
}

/** @returns the places that a container gets on a network, one a subnet; the `wanted` addresses where they lie in one of them. */
export function attach(change: Change, host: Host, name: string, wanted: readonly Ip[]): readonly SubnetPlace[] {
  const network = findNetwork(change, host, name);
  const link = linkOf(change, host, network);
  const own = hostAddresses(host, link);
  const subnets = network.subnets.flatMap((one) => {
    const subnet = parsePrefix(one.prefix);
    return subnet === undefined ? [] : [{ ...one, subnet }];
  });
  const lost = wanted.find((ip) => !subnets.some(({ subnet }) => contains(subnet, ip)));
  if (lost !== undefined) refuse(change, `no subnet of network ${network.name} holds ${formatIp(lost)}`);
  const places = subnets.map((one): SubnetPlace => {
    const gateway = one.gateway ?? own.find((a) => contains(one.subnet, a.ip))?.ip;
    const ip = wanted.find((wish) => contains(one.subnet, wish));
    const given =
      ip === undefined
        ? freeAddress(change, host, one.subnet, { ...one, ...(gateway !== undefined && { gateway }) })
        : wantedAddress(change, host, network, ip);
    return { network, link, subnet: one.subnet, ip: given, gateway };
  });
  return places.length > 0 ? places : refuse(change, `network ${network.name} has no subnet`);
}

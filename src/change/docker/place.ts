import { contains, parsePrefix, type Ip, type Prefix } from '../../address/ip.js';
import type { DockerNetwork, Host } from '../../model/host.js';
import { refuse, type Change } from '../change.js';

/** Where a container sits on one subnet of a network. */
export interface Attachment {
  readonly network: DockerNetwork;
  readonly bridge: string;
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

/** @returns the places that a container gets on a network, one a subnet; `wanted` where it lies in one of them. */
export function attach(change: Change, host: Host, name: string, wanted: Ip | undefined): readonly Attachment[] {
  const network = findNetwork(change, host, name);
  const root = host.netns.get('host');
  const bridge = bridgeOf(network);
  if (network.driver !== 'bridge' || root?.interfaces.some((i) => i.name === bridge) !== true)
    refuse(change, `network ${network.name} is not a bridge of this host (its driver is ${network.driver}): only those are modelled`);
  const own = root.interfaces.find((i) => i.name === bridge)?.addresses ?? [];
  const places = network.subnets.flatMap(({ prefix, gateway: named }): readonly Attachment[] => {
    const subnet = parsePrefix(prefix);
    if (subnet === undefined) return [];
    const gateway = named ?? own.find((a) => contains(subnet, a.ip))?.ip;
    const ip = wanted !== undefined && contains(subnet, wanted) ? wanted : freeAddress(change, host, subnet, gateway);
    return [{ network, bridge, subnet, ip, gateway }];
  });
  return places.length > 0 ? places : refuse(change, `network ${network.name} has no subnet`);
}

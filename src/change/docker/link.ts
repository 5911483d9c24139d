import { familyOf, formatIp, type Ip, type Prefix } from '../../address/ip.js';
import type { Endpoint, Host, Netns } from '../../model/host.js';
import type { BridgePort, NetInterface, Route } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { addressRoutes } from '../ip/address-routes.js';
import { DEVICE, refusal } from '../../names/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import type { SubnetPlace } from './place.js';
import type { EngineStyle } from './style.js';
import { refreshed } from '../ip/link-state.js';

/** An interface as Docker makes one: up, with a carrier. */
export function iface(change: Change, name: string, index: number, over: Partial<NetInterface>): NetInterface {
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

/** netutils.GenerateMACFromIP. */
export function mac(ip: Ip): string {
  const value = typeof ip === 'number' ? ip : Number(ip & 0xffffffffn);
  return [0x02, 0x42, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':');
}

/** @returns the route by which a container reaches everything else. */
export function defaultRoute(change: Change, dev: string, gateway: Ip): Route {
  const family = familyOf(gateway);
  const all: Prefix = family === 4 ? { addr: 0, mask: 0, length: 0 } : { addr: 0n, mask: 0n, length: 0 };
  const text = `default via ${formatIp(gateway)} dev ${dev}`;
  const base = { family, type: 'unicast', dst: all, table: 254, scope: 'global', tos: 0, origin: change.origin } as const;
  return { ...base, metric: family === 6 ? 1024 : 0, nexthops: [{ dev, via: gateway, weight: 1, flags: [] }], text };
}

/** @returns a container's place on a network as `docker inspect` tells it. */
export function endpointOf(places: readonly SubnetPlace[], aliases: readonly string[] = [], gatewayPriority = 0): Endpoint {
  const v4 = places.find((at) => typeof at.ip === 'number');
  const v6 = places.find((at) => typeof at.ip === 'bigint');
  const { network, ip } = places[0]!;
  return {
    network: network.name,
    networkId: network.id,
    ...(v4 && { ip: v4.ip, prefixLength: v4.subnet.length, ...(v4.gateway !== undefined && { gateway: v4.gateway }) }),
    ...(v6 && { ip6: v6.ip, prefixLength6: v6.subnet.length, ...(v6.gateway !== undefined && { gateway6: v6.gateway }) }),
    mac: mac(ip),
    aliases,
    ...(gatewayPriority !== 0 && { gatewayPriority }),
  };
}

const highest = (numbers: readonly (number | undefined)[]): number => Math.max(0, ...numbers.map((n) => n ?? 0));

/** The id by which the host knows a namespace: that of a veth that leads there, or a new one. */
function netnsIdOf(host: Host, container: string): number {
  const root = host.netns.get(HOST_NETNS)!.interfaces;
  const ends = new Set(host.netns.get(container)?.interfaces.flatMap((i) => (i.detail.kind === 'veth' ? [i.linkIndex] : [])));
  return root.find((i) => ends.has(i.index) && i.linkNetnsId !== undefined)?.linkNetnsId ?? highest(root.map((i) => i.linkNetnsId)) + 1;
}

/** The name of a container's next link: that which was asked for, else the next of its network's kind (`eth0`). */
function linkName(change: Change, { interfaces }: Netns, { network }: SubnetPlace, wished: string | undefined): string {
  const prefix = network.options.get('com.docker.network.container_iface_prefix') ?? 'eth';
  const numbers = interfaces.flatMap(({ name }) =>
    name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)) ? [Number(name.slice(prefix.length)) + 1] : [],
  );
  const name = wished ?? `${prefix}${highest(numbers)}`;
  const fault = refusal(DEVICE, name);
  return fault === undefined ? name : refuse(change, fault);
}

/** Puts a container's card into its namespace, with its addresses and their routes. */
function withCard(host: Host, change: Change, container: string, card: NetInterface): Host {
  return withNetns(host, container, (netns) => ({
    ...netns,
    interfaces: [...netns.interfaces, card],
    routes: [...netns.routes, ...card.addresses.flatMap((address) => addressRoutes(change, netns, card, address))],
  }));
}

/** Joins a container to a network: a veth pair to its bridge (bridge.CreateEndpoint, Join), or a link upon one of the host's (macvlan, ipvlan). */
export function plugged(
  host: Host,
  change: Change,
  container: string,
  places: readonly SubnetPlace[],
  style: EngineStyle,
  ifname?: string,
): Host {
  const { link, ip } = places[0]!;
  const index = highest([...host.netns.values()].flatMap((n) => n.interfaces.map((i) => i.index))) + 1;
  const dev = linkName(change, host.netns.get(container)!, places[0]!, ifname);
  const addresses = places.map((at) => ({ ip: at.ip, prefixLength: at.subnet.length, scope: 'global' as const, flags: [] }));
  const card = iface(change, dev, index, { mac: mac(ip), linkNetnsId: 0, addresses });
  switch (link.kind) {
    case 'bridge': {
      const inside = withCard(host, change, container, { ...card, linkIndex: index + 1 });
      return withPort(inside, change, container, link.bridge, index, style);
    }
    case 'stacked': {
      const { parent, detail } = link;
      const shared = { linkIndex: parent.index, mtu: parent.mtu, up: true, carrier: parent.up && parent.carrier, detail };
      const own = detail.kind === 'ipvlan' && parent.mac !== undefined ? { mac: parent.mac } : {};
      return withCard(host, change, container, { ...card, ...shared, ...own });
    }
  }
}

/** The host's end of a veth pair, as a port of the bridge. */
function withPort(host: Host, change: Change, container: string, bridge: string, index: number, style: EngineStyle): Host {
  const root = host.netns.get(HOST_NETNS)!;
  const hairpin = root.bridgePorts.some((p) => p.bridge === bridge && p.hairpin) || !style.proxy;
  const taken = new Set(root.interfaces.map((i) => i.name));
  const base = `veth${container}`.slice(0, 15);
  const veth = taken.has(base) ? `${base.slice(0, 12)}${index % 1000}` : base;
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
  const linkNetnsId = netnsIdOf(host, container);
  const end = iface(change, veth, index + 1, { mac: '02:42:ff:ff:ff:fe', linkIndex: index, linkNetnsId, master: bridge });
  const outside = withNetns(host, HOST_NETNS, (netns) => ({
    ...netns,
    interfaces: [...netns.interfaces, end],
    bridgePorts: [...netns.bridgePorts, port],
  }));
  return refreshed(outside, change, HOST_NETNS, bridge);
}

import { familyOf, formatIp, type Ip, type Prefix } from '../../address/ip.js';
import type { Endpoint, Host } from '../../model/host.js';
import type { BridgePort, NetInterface, Route } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { addressRoutes } from '../ip/address-routes.js';
import { withNetns, type Change } from '../change.js';
import type { SubnetPlace } from './place.js';
import type { EngineStyle } from './rules.js';
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
export function endpointOf(places: readonly SubnetPlace[], aliases: readonly string[] = []): Endpoint {
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
  };
}

const highest = (numbers: readonly (number | undefined)[]): number => Math.max(0, ...numbers.map((n) => n ?? 0));

/** The id by which the host knows a namespace: that of a veth that leads there, or a new one. */
function netnsIdOf(host: Host, container: string): number {
  const root = host.netns.get(HOST_NETNS)!.interfaces;
  const ends = new Set(host.netns.get(container)?.interfaces.map((i) => i.linkIndex));
  return root.find((i) => ends.has(i.index) && i.linkNetnsId !== undefined)?.linkNetnsId ?? highest(root.map((i) => i.linkNetnsId)) + 1;
}

/** bridge.CreateEndpoint and Join: a veth from a namespace to the network's bridge, with its addresses and their routes. */
export function plugged(host: Host, change: Change, container: string, places: readonly SubnetPlace[], style: EngineStyle): Host {
  const { bridge, ip } = places[0]!;
  const root = host.netns.get(HOST_NETNS)!;
  const own = host.netns.get(container)!;
  const index = highest([...host.netns.values()].flatMap((n) => n.interfaces.map((i) => i.index))) + 1;
  const dev = `eth${highest(own.interfaces.map((i) => Number(/^eth(\d+)$/.exec(i.name)?.[1] ?? -1) + 1))}`;
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
  const addresses = places.map((at) => ({ ip: at.ip, prefixLength: at.subnet.length, scope: 'global' as const, flags: [] }));
  const card: NetInterface = iface(change, dev, index, { mac: mac(ip), linkIndex: index + 1, linkNetnsId: 0, addresses });
  const inside = withNetns(host, container, (netns) => ({
    ...netns,
    interfaces: [...netns.interfaces, card],
    routes: [...netns.routes, ...addresses.flatMap((address) => addressRoutes(change, netns, card, address))],
  }));
  const outside = withNetns(inside, HOST_NETNS, (netns) => ({
    ...netns,
    interfaces: [...netns.interfaces, end],
    bridgePorts: [...netns.bridgePorts, port],
  }));
  return refreshed(outside, change, HOST_NETNS, bridge);
}

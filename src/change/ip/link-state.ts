import { findPeers, peerKey } from '../../datapath/index.js';
import type { Host, Netns } from '../../model/host.js';
import type { BridgePort, InterfaceAddress, NetInterface, NextHop, Route } from '../../model/link.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import { prefixOf } from '../../address/ip.js';
import { routeText } from '../../snapshot/parsers/index.js';
import { addressRoutes, multicastRoute, withDeadHops, withRoutes } from './address-routes.js';
import { isOn, withNetns, type Change } from '../change.js';

const LINK_LOCAL = 0xfe80n << 112n;

/** @returns the host with an interface replaced, by its name. */
export function withInterface(host: Host, netns: string, next: NetInterface): Host {
  return withNetns(host, netns, (ns) => ({ ...ns, interfaces: ns.interfaces.map((i) => (i.name === next.name ? next : i)) }));
}

const find = (host: Host, netns: string, dev: string): NetInterface | undefined =>
  host.netns.get(netns)?.interfaces.find((i) => i.name === dev);

/** The flags that `ip link` prints for a state (dev_get_flags, print_link_flags). */
function withState(iface: NetInterface, up: boolean, carrier: boolean): NetInterface {
  const others = iface.flags.filter((flag) => !['UP', 'LOWER_UP', 'NO-CARRIER', 'M-DOWN'].includes(flag));
  const flags = [...(up && !carrier ? ['NO-CARRIER'] : []), ...others, ...(up ? ['UP'] : []), ...(carrier ? ['LOWER_UP'] : [])];
  const operstate = iface.detail.kind === 'loopback' ? 'UNKNOWN' : carrier && up ? 'UP' : 'DOWN';
  return { ...iface, up, carrier, flags, operstate };
}

/** Interfaces that lie upon this one: VLANs and macvlans, also those that were moved to another namespace. */
function uppers(host: Host, netns: string, iface: NetInterface): readonly { readonly netns: string; readonly iface: NetInterface }[] {
  return [...host.netns.values()].flatMap((ns) =>
    ns.interfaces
      .filter((i) => ['vlan', 'macvlan', 'ipvlan'].includes(i.detail.kind) && i.linkIndex === iface.index)
      .filter((i) => (i.linkNetnsId === undefined ? ns.name === netns : isHostNetns(netns) && ns.name !== netns))
      .map((i) => ({ netns: ns.name, iface: i })),
  );
}

/** Whether the driver would see a carrier, were the interface up; what the snapshot cannot tell of a cable is taken to be plugged in. */
function wouldCarry(host: Host, netns: string, iface: NetInterface): boolean {
  const ns = host.netns.get(netns);
  switch (iface.detail.kind) {
    case 'veth': {
      const peer = findPeers(host).get(peerKey(netns, iface.name));
      return peer === undefined || find(host, peer.netns, peer.iface)?.up !== false;
    }
    case 'bridge':
      return ns?.interfaces.some((i) => i.master === iface.name && i.up && i.carrier) === true;
    case 'vlan':
    case 'macvlan':
    case 'ipvlan': {
      const lower = (iface.linkNetnsId === undefined ? ns : host.netns.get(HOST_NETNS))?.interfaces.find(
        (i) => i.index === iface.linkIndex,
      );
      return lower === undefined || (lower.up && lower.carrier);
    }
    case 'loopback':
    case 'ether':
    case 'vxlan':
    case 'other':
      return true;
  }
}

/** fib_sync_down_dev, fib_sync_up on NETDEV_CHANGE: `linkdown` of the next hops over a device. */
function flagged(routes: readonly Route[], dev: string, carrier: boolean): readonly Route[] {
  const hopOf = (hop: NextHop): NextHop => {
    if (hop.dev !== dev || hop.flags.includes('linkdown') === !carrier) return hop;
    return { ...hop, flags: carrier ? hop.flags.filter((flag) => flag !== 'linkdown') : [...hop.flags, 'linkdown'] };
  };
  return routes.map((route) => {
    const nexthops = route.type === 'local' ? route.nexthops : route.nexthops.map(hopOf);
    if (nexthops.every((hop, i) => hop === route.nexthops[i])) return route;
    const next = { ...route, nexthops };
    return { ...next, text: routeText(next) };
  });
}

/** br_stp_enable_port, br_stp_disable_port: a port is on where its device has a carrier and its bridge is up. */
function withPortState(ns: Netns, port: BridgePort): BridgePort {
  const [iface, bridge] = [port.iface, port.bridge].map((name) => ns.interfaces.find((i) => i.name === name));
  const on = iface?.carrier === true && bridge?.up !== false;
  return on === (port.state === 'disabled') ? { ...port, state: on ? 'forwarding' : 'disabled' } : port;
}

/**
 * Sees to an interface's carrier, and to what hangs on it: its routes, its port of a bridge, the bridge, the devices upon it.
 */
export function refreshed(host: Host, change: Change, netns: string, dev: string): Host {
  const iface = find(host, netns, dev);
  if (iface === undefined) return host;
  const carrier = iface.up && wouldCarry(host, netns, iface);
  const changed = carrier !== iface.carrier || iface.flags.includes('UP') !== iface.up;
  const stated = withState(iface, iface.up, carrier);
  let sofar = withNetns(withInterface(host, netns, stated), netns, (ns) => ({
    ...ns,
    routes: iface.up ? flagged(ns.routes, dev, carrier) : ns.routes,
    bridgePorts: ns.bridgePorts.map((p) => (p.iface === dev || p.bridge === dev ? withPortState(ns, p) : p)),
  }));
  if (!changed) return sofar;
  if (iface.master !== undefined) sofar = refreshed(sofar, change, netns, iface.master);
  for (const upper of uppers(sofar, netns, stated)) sofar = refreshed(sofar, change, upper.netns, upper.iface.name);
  return sofar;
}

function afterDown(ns: Netns, dev: string): Netns {
  const keep = isOn(ns, `net.ipv6.conf.${dev}.keep_addr_on_down`) || isOn(ns, 'net.ipv6.conf.all.keep_addr_on_down');
  const stays = ({ ip }: InterfaceAddress): boolean => typeof ip === 'number' || (keep && ip >> 118n !== 0x3fan);
  const interfaces = ns.interfaces.map((i) => (i.name === dev ? { ...i, addresses: i.addresses.filter(stays) } : i));
  const routes = ns.routes.flatMap((route): readonly Route[] => {
    if (!route.nexthops.some((hop) => hop.dev === dev) || (route.family === 4 && route.type === 'local')) return [route];
    return withDeadHops(route, dev);
  });
  const fdb = ns.fdb.filter((entry) => entry.dev !== dev || entry.state === 'permanent');
  return { ...ns, interfaces, routes, fdb, neighbours: ns.neighbours.filter((n) => n.dev !== dev) };
}

/** addrconf_addr_gen, RFC 4291 appendix A: the address that an interface gives itself. */
function linkLocal(mac: string): InterfaceAddress {
  const bytes = mac.split(':').map((part) => BigInt(`0x${part}`));
  const [a = 0n, ...rest] = bytes;
  const id = [a ^ 2n, ...rest.slice(0, 2), 0xffn, 0xfen, ...rest.slice(2)].reduce((sum, byte) => (sum << 8n) | byte, 0n);
  return { ip: LINK_LOCAL | id, prefixLength: 64, scope: 'link', flags: [] };
}

/** Whether IPv6 runs on the device; a snapshot without settings shows it by its addresses. */
function runsIpv6(ns: Netns, dev: string): boolean {
  const off = ns.sysctl.get(`net.ipv6.conf.${dev}.disable_ipv6`)?.value;
  return off === undefined ? ns.interfaces.some((i) => i.addresses.some((a) => typeof a.ip === 'bigint')) : off === '0';
}

function ownAddress6(ns: Netns, iface: NetInterface): readonly InterfaceAddress[] {
  if (!runsIpv6(ns, iface.name)) return [];
  if (iface.detail.kind === 'loopback') return [{ ip: 1n, prefixLength: 128, scope: 'host', flags: [] }];
  const has = iface.addresses.some((a) => typeof a.ip === 'bigint' && prefixOf(a.ip, 10).addr === LINK_LOCAL);
  return has || iface.mac === undefined ? [] : [linkLocal(iface.mac)];
}

/** fib_sync_up. */
function revived(route: Route, dev: string): Route {
  if (!route.nexthops.some((hop) => hop.dev === dev && hop.flags.includes('dead'))) return route;
  const nexthops = route.nexthops.map((hop) => (hop.dev === dev ? { ...hop, flags: hop.flags.filter((flag) => flag !== 'dead') } : hop));
  return { ...route, nexthops, text: routeText({ ...route, nexthops }) };
}

function afterUp(change: Change, ns: Netns, dev: string): Netns {
  const old = ns.interfaces.find((i) => i.name === dev)!;
  const own = ownAddress6(ns, old).filter((a) => !old.addresses.some((b) => b.ip === a.ip));
  const iface = { ...old, addresses: [...old.addresses, ...own] };
  const routes = iface.addresses.flatMap((a) => addressRoutes(change, ns, iface, a));
  const alive = ns.routes.map((route) => revived(route, dev));
  const multicast = runsIpv6(ns, dev) && iface.detail.kind !== 'loopback' ? multicastRoute(change, ns, iface) : [];
  return { ...ns, interfaces: ns.interfaces.map((i) => (i === old ? iface : i)), routes: withRoutes(alive, [...routes, ...multicast]) };
}

/** addrconf_ifdown: IPv6 leaves a device, with its addresses and routes. */
export function ipv6Off(ns: Netns, dev: string): Netns {
  return {
    ...ns,
    interfaces: ns.interfaces.map((i) => (i.name === dev ? { ...i, addresses: i.addresses.filter((a) => typeof a.ip === 'number') } : i)),
    routes: ns.routes.filter((r) => r.family === 4 || !r.nexthops.some((hop) => hop.dev === dev)),
    neighbours: ns.neighbours.filter((n) => n.dev !== dev || n.family === 4),
  };
}

/** addrconf_notify on NETDEV_UP: the addresses that IPv6 gives a device of itself. */
export function ipv6On(change: Change, ns: Netns, dev: string): Netns {
  return ns.interfaces.some((i) => i.name === dev && i.up) ? afterUp(change, ns, dev) : ns;
}

/** `ip link set DEV up|down`: dev_change_flags, and what follows for addresses and routes (inetdev_event, addrconf_notify). */
export function setAdmin(host: Host, change: Change, netns: string, dev: string, up: boolean): Host {
  const iface = find(host, netns, dev);
  if (iface === undefined || iface.up === up) return host;
  const peer = findPeers(host).get(peerKey(netns, dev));
  let sofar = withInterface(host, netns, { ...iface, up });
  sofar = withNetns(sofar, netns, (ns) => (up ? afterUp(change, ns, dev) : afterDown(ns, dev)));
  sofar = refreshed(sofar, change, netns, dev);
  if (peer !== undefined) sofar = refreshed(sofar, change, peer.netns, peer.iface);
  // vlan_device_event: VLANs follow the device they lie upon
  for (const upper of uppers(sofar, netns, iface))
    if (upper.iface.detail.kind === 'vlan') sofar = setAdmin(sofar, change, upper.netns, upper.iface.name, up);
  return sofar;
}

/** The device that a setting is of. */
function deviceOf(setting: string): string | undefined {
  return /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./.exec(setting)?.[1]?.replaceAll('/', '.');
}

/** Takes an interface away, with its peer and all that names it (unregister_netdevice). */
export function removeLink(host: Host, change: Change, netns: string, dev: string): Host {
  const peer = findPeers(host).get(peerKey(netns, dev));
  const ends = [{ netns, iface: dev }, ...(peer === undefined ? [] : [peer])];
  return ends.reduce((sofar, end) => {
    const iface = find(sofar, end.netns, end.iface);
    if (iface === undefined) return sofar;
    const bare = withNetns(setAdmin(sofar, change, end.netns, end.iface, false), end.netns, (ns) => ({
      ...ns,
      interfaces: ns.interfaces
        .filter((i) => i.name !== end.iface)
        .map((i) => (i.master === end.iface ? (({ master: _gone, ...rest }) => rest)(i) : i)),
      routes: ns.routes.filter((r) => !r.nexthops.some((hop) => hop.dev === end.iface)),
      bridgePorts: ns.bridgePorts.filter((p) => p.iface !== end.iface && p.bridge !== end.iface),
      fdb: ns.fdb.filter((e) => e.dev !== end.iface && e.master !== end.iface),
      vlans: ns.vlans.filter((v) => v.iface !== end.iface),
      sysctl: new Map([...ns.sysctl].filter(([name]) => deviceOf(name) !== end.iface)),
    }));
    return iface.master === undefined ? bare : refreshed(bare, change, end.netns, iface.master);
  }, host);
}

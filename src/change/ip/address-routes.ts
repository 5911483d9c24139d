import { familyOf, formatPrefix, lastOf, prefixOf, type Ip, type Prefix } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { InterfaceAddress, NetInterface, Route, RouteType } from '../../model/link.js';
import { routeText } from '../../snapshot/parsers/index.js';
import { isOn, type Change } from '../change.js';
import { sameNet } from './command.js';

const LOCAL = 255;
const MAIN = 254;
/** IP6_RT_PRIO_ADDRCONF. */
const ADDRCONF_METRIC = 256;

interface Wish {
  readonly type: RouteType;
  readonly dst: Prefix;
  readonly table: number;
  readonly prefsrc?: Ip | undefined;
  readonly metric?: number;
}

function kernelRoute(change: Change, dev: string, { type, dst, table, prefsrc, metric = 0 }: Wish): Route {
  const family = familyOf(dst.addr);
  const route = {
    family,
    type,
    dst,
    table,
    nexthops: [{ dev, weight: 1, flags: [] }],
    ...(prefsrc !== undefined && { prefsrc }),
    metric,
    scope: family === 6 ? 'global' : type === 'local' ? 'host' : 'link',
    protocol: 'kernel',
    tos: 0,
    origin: change.origin,
  } as const;
  return { ...route, text: routeText(route) };
}

/** fib_add_ifaddr. */
function wishes4(
  iface: NetInterface,
  address: InterfaceAddress,
  ip: number,
  extra: { readonly metric?: number; readonly broadcast?: Ip | undefined },
): readonly Wish[] {
  const { prefixLength, peer, flags } = address;
  const secondary = flags.includes('secondary');
  const primary = secondary
    ? iface.addresses.find((a) => !a.flags.includes('secondary') && a.prefixLength === prefixLength && sameNet(a.ip, ip, prefixLength))
    : undefined;
  const prefsrc = primary?.ip ?? ip;
  const net = prefixOf(peer ?? ip, prefixLength);
  const wishes: Wish[] = [{ type: 'local', dst: prefixOf(ip, 32), table: LOCAL, prefsrc }];
  if (!iface.up) return wishes;
  const { broadcast } = extra;
  if (typeof broadcast === 'number' && broadcast !== 0xffffffff)
    wishes.push({ type: 'broadcast', dst: prefixOf(broadcast, 32), table: LOCAL, prefsrc });
  const ofNet = Number(net.addr) >>> 24 !== 0 && !secondary && (net.addr !== ip || prefixLength < 32);
  if (!ofNet) return wishes;
  const loopback = iface.detail.kind === 'loopback';
  if (!flags.includes('noprefixroute'))
    wishes.push({ type: loopback ? 'local' : 'unicast', dst: net, table: loopback ? LOCAL : MAIN, prefsrc, metric: extra.metric ?? 0 });
  if (prefixLength < 31) wishes.push({ type: 'broadcast', dst: prefixOf(lastOf(net), 32), table: LOCAL, prefsrc });
  return wishes;
}

/** inet6_addr_add, addrconf_prefix_route, addrconf_join_anycast. */
function wishes6(netns: Netns, iface: NetInterface, address: InterfaceAddress, ip: bigint, metric: number | undefined): readonly Wish[] {
  const { prefixLength, peer, flags } = address;
  const wishes: Wish[] = [{ type: 'local', dst: prefixOf(ip, 128), table: LOCAL }];
  if (!iface.up || ip === 1n) return wishes;
  const prefixMetric = metric === undefined || metric === 0 ? ADDRCONF_METRIC : metric;
  if (!flags.includes('noprefixroute'))
    wishes.push({ type: 'unicast', dst: prefixOf(peer ?? ip, prefixLength), table: MAIN, metric: prefixMetric });
  if (prefixLength < 127 && isOn(netns, `net.ipv6.conf.${iface.name}.forwarding`))
    wishes.push({ type: 'anycast', dst: prefixOf(prefixOf(ip, prefixLength).addr, 128), table: LOCAL });
  return wishes;
}

/**
 * The routes that the kernel keeps for an address of an interface. Where the listing shows no `local` table, none of it is
 * made: the whole of it is derived from the addresses.
 */
export function addressRoutes(
  change: Change,
  netns: Netns,
  iface: NetInterface,
  address: InterfaceAddress,
  extra: { readonly metric?: number; readonly broadcast?: Ip | undefined } = {},
): readonly Route[] {
  const { ip } = address;
  const family = familyOf(ip);
  const listsLocal = netns.routes.some((r) => r.family === family && r.table === LOCAL);
  const wishes = typeof ip === 'number' ? wishes4(iface, address, ip, extra) : wishes6(netns, iface, address, ip, extra.metric);
  return wishes.filter((wish) => listsLocal || wish.table !== LOCAL).map((wish) => kernelRoute(change, iface.name, wish));
}

/** What tells one route that the kernel keeps for an address from another. */
export function routeIdentity(route: Route): string {
  const { family, type, dst, table, nexthops, prefsrc } = route;
  return [
    family,
    type,
    formatPrefix(dst),
    table,
    nexthops.map((hop) => `${hop.dev ?? ''}/${String(hop.via ?? '')}`),
    family === 4 ? String(prefsrc) : '',
  ].join(' ');
}

/** @returns routes with those added that are not there yet. */
export function withRoutes(routes: readonly Route[], more: readonly Route[]): readonly Route[] {
  const there = new Set(routes.map(routeIdentity));
  const added = more.filter((route) => {
    const key = routeIdentity(route);
    return !there.has(key) && there.add(key);
  });
  return [...routes, ...added];
}

/** fib_sync_down_dev: next hops over a device that is gone are dead; a route of which no other is left goes too. */
export function withDeadHops(route: Route, dev: string): readonly Route[] {
  if (!route.nexthops.some((hop) => hop.dev === dev)) return [route];
  const nexthops = route.nexthops.map((hop) => (hop.dev === dev ? { ...hop, flags: ['dead', 'linkdown'] } : hop));
  if (nexthops.every((hop) => hop.flags.includes('dead'))) return [];
  return [{ ...route, nexthops, text: routeText({ ...route, nexthops }) }];
}

const inFamily = (iface: NetInterface, family: number): boolean => iface.addresses.some((a) => familyOf(a.ip) === family);

/**
 * fib_del_ifaddr, fib_sync_down_addr, fib_disable_ip; cleanup_prefix_route, rt6_remove_prefsrc: the routes that go with addresses.
 * @param before the interface with them, @param after without.
 */
export function routesAfterDelete(change: Change, netns: Netns, before: NetInterface, after: NetInterface): readonly Route[] {
  const kept = after.addresses.flatMap((a) => addressRoutes(change, netns, after, a));
  const needed = new Set(kept.map(routeIdentity));
  const lost = new Set(
    before.addresses.flatMap((a) => addressRoutes(change, netns, before, a).map(routeIdentity)).filter((key) => !needed.has(key)),
  );
  const gone = new Set(before.addresses.map((a) => a.ip).filter((ip) => !after.addresses.some((a) => a.ip === ip)));
  const bare4 = inFamily(before, 4) && !inFamily(after, 4);
  const left = netns.routes.flatMap((route): readonly Route[] => {
    if (route.protocol === 'kernel' && lost.has(routeIdentity(route))) return [];
    if (route.prefsrc === undefined || !gone.has(route.prefsrc))
      return route.family === 4 && bare4 ? withDeadHops(route, before.name) : [route];
    if (route.family === 4) return [];
    const { prefsrc: _gone, ...rest } = route;
    return [{ ...rest, text: routeText(rest) }];
  });
  return withRoutes(left, kept);
}

/** addrconf_add_mroute: every interface that speaks IPv6 has the multicast prefix. */
export function multicastRoute(change: Change, netns: Netns, { name }: NetInterface): readonly Route[] {
  const listsLocal = netns.routes.some((r) => r.family === 6 && r.table === LOCAL);
  const wish: Wish = { type: 'multicast', dst: prefixOf(0xffn << 120n, 8), table: LOCAL, metric: ADDRCONF_METRIC };
  return listsLocal ? [kernelRoute(change, name, wish)] : [];
}

import { addressBits, formatIp, formatPrefix, lastOf, prefixOf, type Family, type Ip, type Prefix } from '../../address/ip.js';
import type { NetInterface, Route, RouteType } from '../../model/link.js';

export const TABLE_LOCAL = 255;
export const TABLE_MAIN = 254;
export const TABLE_DEFAULT = 253;

function localRoute(family: Family, type: RouteType, dst: Prefix, iface: NetInterface, prefsrc?: Ip): Route {
  const single = dst.length === addressBits(family);
  return {
    family,
    type,
    dst,
    table: TABLE_LOCAL,
    nexthops: [{ dev: iface.name, weight: 1, flags: [] }],
    ...(prefsrc !== undefined && { prefsrc }),
    metric: 0,
    tos: 0,
    protocol: 'kernel',
    text: `${type} ${single ? formatIp(dst.addr) : formatPrefix(dst)} dev ${iface.name} table local`,
    origin: iface.origin,
  };
}

/**
 * The `local` table that the kernel keeps for these addresses (fib_add_ifaddr, addrconf's ip6_route_info_create),
 * for listings that show only the main table.
 */
export function deriveLocalTable(family: Family, interfaces: readonly NetInterface[]): readonly Route[] {
  const routes: Route[] = [];
  for (const iface of interfaces) {
    for (const { ip, prefixLength } of iface.addresses) {
      if (typeof ip !== (family === 4 ? 'number' : 'bigint')) continue;
      routes.push(localRoute(family, 'local', prefixOf(ip, addressBits(family)), iface, ip));
      if (family !== 4 || !iface.up) continue;
      const net = prefixOf(ip, prefixLength);
      if (iface.detail.kind === 'loopback') routes.push(localRoute(family, 'local', net, iface, ip));
      else if (prefixLength < 31) routes.push(localRoute(family, 'broadcast', prefixOf(lastOf(net), 32), iface, ip));
    }
    if (family === 6 && iface.up) routes.push(localRoute(family, 'multicast', prefixOf(0xffn << 120n, 8), iface));
  }
  return routes;
}

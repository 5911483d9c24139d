import { addressBits, familyOf, formatIp, formatPrefix, parsePrefix, type Family, type Ip, type Prefix } from '../../address/ip.js';
import type { NextHop, Route, RouteType } from '../../model/link.js';

const TYPES: ReadonlySet<string> = new Set<RouteType>([
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
]);

/** Flags of a next hop as iproute2 prints them (print_rt_flags). */
export const NEXTHOP_FLAGS: ReadonlySet<string> = new Set([
  'dead',
  'onlink',
  'pervasive',
  'offload',
  'trap',
  'linkdown',
  'unresolved',
  'notify',
  'rt_offload',
  'rt_trap',
  'rt_offload_failed',
]);

const TABLE_IDS: ReadonlyMap<string, number> = new Map([
  ['unspec', 0],
  ['default', 253],
  ['main', 254],
  ['local', 255],
]);
const TABLE_NAMES: ReadonlyMap<number, string> = new Map([...TABLE_IDS].map(([name, id]) => [id, name]));
const BEYOND_IDS = 2 ** 32;

/**
 * @param text a number or a name; the numbers behind names of the host's own (`/etc/iproute2/rt_tables`) are in no
 * listing, so each such name gets a number above every real one, the same in each listing.
 */
export function tableId(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const known = TABLE_IDS.get(text);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return BEYOND_IDS + hash;
}

/** @returns `main`, `local`, `default`, or the number. */
export function tableName(id: number): string {
  return TABLE_NAMES.get(id) ?? String(id);
}

/** @returns whether a word is a type of routes (ip-route(8), TYPE). */
export function isRouteType(text: string): text is RouteType {
  return TYPES.has(text);
}

/** @returns the destination of a route; `default` and `all` are every address of the family. */
export function parseDestination(text: string, family: Family): Prefix | undefined {
  if (text === 'default' || text === 'all' || text === 'any') return parsePrefix(family === 4 ? '0.0.0.0/0' : '::/0');
  return parsePrefix(text);
}

/** What `text` of a route is made of. */
export type RouteFields = Omit<Route, 'text'>;

function hopText(hop: NextHop, family: Family): string[] {
  const via = hop.via === undefined ? [] : familyOf(hop.via) === family ? ['via', formatIp(hop.via)] : ['via', 'inet6', formatIp(hop.via)];
  return [...via, ...(hop.dev === undefined ? [] : ['dev', hop.dev])];
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}

function addressText(prefix: Prefix): string {
  if (prefix.length === 0) return 'default';
  return prefix.length === addressBits(familyOf(prefix.addr)) ? formatIp(prefix.addr) : formatPrefix(prefix);
}

/**
 * @param table the table's name as it was listed.
 * @returns the route as `ip route` prints it (print_route), `pref` and timers apart.
 */
export function routeText(route: RouteFields, table = tableName(route.table)): string {
  const [hop] = route.nexthops;
  const single = route.nexthops.length === 1 && hop !== undefined;
  const words = [
    ...(route.type === 'unicast' ? [] : [route.type]),
    addressText(route.dst),
    ...option('from', route.src && addressText(route.src)),
    ...(route.tos === 0 ? [] : ['tos', `0x${route.tos.toString(16).padStart(2, '0')}`]),
    ...(single ? hopText(hop, route.family) : []),
    ...(route.table === 254 ? [] : ['table', table]),
    ...option('proto', route.protocol === 'boot' ? undefined : route.protocol),
    ...option('scope', route.scope === 'global' ? undefined : route.scope),
    ...option('src', route.prefsrc === undefined ? undefined : formatIp(route.prefsrc)),
    ...(route.metric === 0 ? [] : ['metric', String(route.metric)]),
    ...(single ? hop.flags : []),
    ...option('mtu', route.mtu),
    ...(single ? [] : route.nexthops.flatMap((h) => ['nexthop', ...hopText(h, route.family), 'weight', String(h.weight), ...h.flags])),
  ];
  return words.join(' ');
}

/** @returns the family that an address of the route, or failing that a word only one family prints, gives away. */
export function routeFamily(addresses: readonly (Ip | undefined)[], hasPref: boolean, hint: Family): Family {
  const known = addresses.find((ip) => ip !== undefined);
  if (known !== undefined) return familyOf(known);
  return hasPref ? 6 : hint;
}

/** @returns one text for each distinct route, however it was printed. */
export function routeKey(route: Route): string {
  return routeText(route);
}

import { contains, familyOf, formatIp, formatPrefix, parseIp, type Family, type Ip } from '../../address/ip.js';
import type { Host, Netns } from '../../model/host.js';
import type { NextHop, Route } from '../../model/link.js';
import { parseRouteText, parseDestination, routeText, UNSHOWN_HOP } from '../../snapshot/parsers/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import { findInterface, fullVerb, ownNetns, type IpCommand } from './command.js';

/** IP6_RT_PRIO_USER: the metric of a route typed without one. */
const USER_METRIC_V6 = 1024;
const MAIN = 254;
const VERBS = ['add', 'change', 'replace', 'prepend', 'append', 'delete', 'flush'];

interface Typed {
  readonly route: Route;
  readonly words: readonly string[];
}

function readRoute(change: Change, family: Family, words: readonly string[]): Route {
  const spelled = words.map((word) => (word === 'to' ? '' : word)).filter((word) => word !== '');
  const { data, problems } = parseRouteText(`${spelled.join(' ')}\n`, change.origin.file, family);
  const [route] = data;
  if (route === undefined || problems.length > 0)
    refuse(change, problems[0]?.message ?? 'write it as ip route add PREFIX via GATEWAY dev DEV');
  // what a listing does not show, who types it leaves to the kernel
  return { ...route, nexthops: route.nexthops.filter((hop) => hop !== UNSHOWN_HOP), origin: change.origin };
}

/** The network that holds a gateway, as fib_check_nh looks it up: a route of scope link, the longest first. */
function linkTo(netns: Netns, via: Ip, dev: string | undefined): Route | undefined {
  return netns.routes
    .filter((r) => r.table === MAIN && r.type === 'unicast' && contains(r.dst, via) && r.nexthops.length === 1)
    .filter((r) => r.nexthops[0]!.via === undefined && (dev === undefined || r.nexthops[0]!.dev === dev))
    .reduce<Route | undefined>((best, r) => (best === undefined || r.dst.length > best.dst.length ? r : best), undefined);
}

/** fib_check_nh, ip6_route_check_nh: the device and the gateway of a next hop must be there. */
function checkedHop(host: Host, change: Change, hop: NextHop): NextHop {
  const { via } = hop;
  if (hop.dev !== undefined && !findInterface(host, change, hop.dev).up)
    refuse(change, `${hop.dev} is down, so the kernel takes no route over it (Network is down)`);
  const linkLocal = typeof via === 'bigint' && via >> 118n === 0x3fan;
  if (via === undefined || hop.flags.includes('onlink') || (linkLocal && hop.dev !== undefined)) return hop;
  const dev = linkTo(ownNetns(host, change), via, hop.dev)?.nexthops[0]?.dev;
  if (dev === undefined)
    refuse(change, `the gateway ${formatIp(via)} is on no network of ${hop.dev ?? 'an interface'} (Nexthop has invalid gateway)`);
  return { ...hop, dev };
}

function checkSource(host: Host, change: Change, { prefsrc }: Route): void {
  if (prefsrc === undefined) return;
  const own = ownNetns(host, change).interfaces.some((iface) => iface.addresses.some((a) => a.ip === prefsrc));
  if (!own) refuse(change, `${formatIp(prefsrc)} is no address of ${change.netns} (Invalid prefsrc address)`);
}

/** iproute_modify and rtm_to_fib_config: what is left out of a route that is added. */
function completed(host: Host, change: Change, { route, words }: Typed): Route {
  checkSource(host, change, route);
  const given = route.nexthops.map((hop) => checkedHop(host, change, hop));
  const reject = ['blackhole', 'unreachable', 'prohibit', 'throw'].includes(route.type);
  // ip6_route_info_create: routes that refuse lie on the loopback device
  const nexthops = reject && route.family === 6 && given.length === 0 ? [{ dev: 'lo', weight: 1, flags: [] }] : given;
  const needsHop = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'].includes(route.type);
  if (needsHop && nexthops.length === 0) refuse(change, 'the route has no next hop: add `via GATEWAY` or `dev DEV`');
  const direct = nexthops.every((hop) => hop.via === undefined);
  const scope =
    route.family === 6 || words.includes('scope')
      ? (route.scope ?? 'global')
      : route.type === 'local'
        ? 'host'
        : ['broadcast', 'multicast', 'anycast'].includes(route.type) || (route.type === 'unicast' && direct)
          ? 'link'
          : 'global';
  const metric = route.family === 6 && route.metric === 0 && !words.includes('metric') ? USER_METRIC_V6 : route.metric;
  const filled = { ...route, nexthops, scope, metric };
  return { ...filled, text: routeText(filled) };
}

const sameRoute = (a: Route, b: Route): boolean =>
  a.family === b.family && a.table === b.table && a.tos === b.tos && formatPrefix(a.dst) === formatPrefix(b.dst);

/** A route to be deleted names what it must have; what it leaves out may be anything (fib_table_delete, ip6_route_del). */
function isMeant(route: Route, { route: wanted, words }: Typed): boolean {
  const names = (word: string): boolean => words.includes(word);
  if (!sameRoute(route, wanted)) return false;
  if (names('metric') && route.metric !== wanted.metric) return false;
  if ((names('proto') || names('protocol')) && route.protocol !== wanted.protocol) return false;
  if (names('src') && route.prefsrc !== wanted.prefsrc) return false;
  if (names('scope') && route.scope !== wanted.scope) return false;
  if (wanted.type !== 'unicast' && route.type !== wanted.type) return false;
  return wanted.nexthops.every((hop) =>
    route.nexthops.some((n) => (hop.via === undefined || n.via === hop.via) && (hop.dev === undefined || n.dev === hop.dev)),
  );
}

/** fib_table_insert, fib6_add_rt2node: where a route goes among those of its destination and metric. */
function inserted(change: Change, verb: string, routes: readonly Route[], route: Route): readonly Route[] {
  const at = routes.findIndex((r) => sameRoute(r, route) && r.metric === route.metric);
  switch (verb) {
    case 'replace':
    case 'change':
      if (at < 0 && verb === 'change') refuse(change, 'there is no such route to change');
      return at < 0 ? [...routes, route] : routes.with(at, route);
    case 'prepend':
      return at < 0 ? [...routes, route] : routes.toSpliced(at, 0, route);
    case 'append':
      return [...routes, route];
    default:
      if (at >= 0) refuse(change, `\`${routes[at]!.text}\` is there already (File exists); use replace`);
      return [...routes, route];
  }
}

/** iproute_flush: a table, a device, a protocol, one destination. */
function flushed(change: Change, family: Family, routes: readonly Route[], words: readonly string[]): readonly Route[] {
  const value = (...names: readonly string[]): string | undefined =>
    names.map((n) => words[words.indexOf(n) + 1 || words.length]).find((v) => v !== undefined);
  if (words[0] === 'cache') return routes;
  if (words.length === 0) refuse(change, 'say what to flush: a PREFIX, dev DEV, proto NAME or table N');
  const unknown = words.find(
    (word, i) =>
      i % 2 === 0 && !['table', 'dev', 'proto', 'protocol', 'exact', 'to'].includes(word) && parseDestination(word, family) === undefined,
  );
  if (unknown !== undefined) refuse(change, `\`ip route flush\` with "${unknown}" is not understood; PREFIX, dev, proto and table are`);
  const table = value('table') ?? 'main';
  const tableOf = table === 'all' ? undefined : readRoute(change, family, ['default', 'dev', 'lo', 'table', table]).table;
  const [dev, proto] = [value('dev'), value('proto', 'protocol')];
  const prefix = words.map((word) => parseDestination(word, family)).find((p) => p !== undefined);
  return routes.filter(
    (r) =>
      r.family !== family ||
      (tableOf !== undefined && r.table !== tableOf) ||
      (dev !== undefined && (r.nexthops.length !== 1 || r.nexthops[0]!.dev !== dev)) ||
      (proto !== undefined && r.protocol !== proto) ||
      (prefix !== undefined && formatPrefix(r.dst) !== formatPrefix(prefix)),
  );
}

function familyOfWords(given: Family | undefined, words: readonly string[]): Family {
  const address = words
    .map((word) => parseIp(word) ?? (word.includes('/') ? parseDestination(word, 4)?.addr : undefined))
    .find((ip) => ip !== undefined);
  return given ?? (address === undefined ? 4 : familyOf(address));
}

/** @throws WhatIfError for a destination with bits beyond its length, which the kernel refuses. */
function checkPrefix(change: Change, words: readonly string[]): void {
  const [address = '', length] = (words.find((word) => word.includes('/')) ?? '').split('/');
  const ip = parseIp(address);
  const prefix = ip === undefined || length === undefined ? undefined : parseDestination(`${address}/${length}`, 4);
  if (prefix !== undefined && prefix.addr !== ip)
    refuse(
      change,
      `${address}/${length} has bits beyond its length (Invalid prefix for given prefix length); write ${formatPrefix(prefix)}`,
    );
}

/** `ip [-6] route add|change|replace|prepend|append|delete|flush ROUTE`, in any table. */
export function applyRoute(host: Host, change: Change, { family: given, verb: word, words }: IpCommand): Host {
  const verb = fullVerb(change, 'route', word, VERBS);
  const family = familyOfWords(given, words);
  if (verb === 'flush')
    return withNetns(host, change.netns, (netns) => ({ ...netns, routes: flushed(change, family, netns.routes, words) }));
  checkPrefix(change, words);
  const typed: Typed = { route: readRoute(change, family, words), words };
  if (verb !== 'delete') {
    const route = completed(host, change, typed);
    return withNetns(host, change.netns, (netns) => ({ ...netns, routes: inserted(change, verb, netns.routes, route) }));
  }
  return withNetns(host, change.netns, (netns) => {
    const at = netns.routes.findIndex((route) => isMeant(route, typed));
    if (at < 0) refuse(change, 'there is no such route (No such process)');
    return { ...netns, routes: netns.routes.toSpliced(at, 1) };
  });
}

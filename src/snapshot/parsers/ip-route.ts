import type { Family, Ip } from '../../address/ip.js';
import type { NextHop, Route } from '../../model/link.js';
import { DEVICE, IPROUTE_WORD } from '../../names/index.js';
import type { JsonView } from './json-view.js';
import { jsonList } from './json-view.js';
import { parseRouteText } from './ip-route-text.js';
import { asRouteLines, isRouteTable } from './route-table.js';
import { isRouteType, parseDestination, routeFamily, routeText, tableId, type RouteFields } from './route-fields.js';
import { collect, EntryCount, looksLikeJson, parseUint, ProblemList, type Parsed } from './source.js';

/** The shortest object of a route: `{"dst":"1.1.1.1","dev":"a","flags":[]}`. */
const SHORTEST = 36;

function gatewayOf(view: JsonView): Ip | undefined {
  return view.ip('gateway') ?? view.object('via')?.ip('host');
}

function hopOf(view: JsonView): NextHop {
  const via = gatewayOf(view);
  const dev = view.name('dev', DEVICE);
  return {
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    weight: view.number('weight') ?? 1,
    flags: view.strings('flags'),
  };
}

function routeOf(view: JsonView, hint: Family): Route | undefined {
  const dstText = view.string('dst');
  const type = view.string('type') ?? 'unicast';
  if (dstText === undefined) return void view.reject('a route without "dst"');
  if (!isRouteType(type)) return void view.complain('type', `unknown route type ${type}`);
  const hops = view.has('nexthops') ? view.objects('nexthops').map(hopOf) : [hopOf(view)];
  const prefsrc = view.ip('prefsrc');
  const plain = dstText === 'default' ? undefined : parseDestination(dstText, hint);
  // `via` of an IPv4 route may be an IPv6 address; only `gateway` tells the family.
  const gateways = [view.ip('gateway'), ...view.objects('nexthops').map((hop) => hop.ip('gateway'))];
  const family = routeFamily([plain?.addr, prefsrc, ...gateways], view.has('pref'), hint);
  const dst = parseDestination(dstText, family);
  if (dst === undefined) return void view.complain('dst', 'not a destination');
  const from = view.string('from');
  const src = from === undefined ? undefined : parseDestination(from, family);
  const mtu = view
    .objects('metrics')
    .map((m) => m.number('mtu'))
    .find((n) => n !== undefined);
  const fields: RouteFields = {
    family,
    type,
    dst,
    ...(src === undefined ? {} : { src }),
    table: tableId(view.nameWord('table', IPROUTE_WORD) ?? 'main'),
    nexthops: hops.filter((hop) => hop.via !== undefined || hop.dev !== undefined),
    ...(prefsrc === undefined ? {} : { prefsrc }),
    metric: view.number('metric') ?? 0,
    scope: view.nameWord('scope', IPROUTE_WORD) ?? 'global',
    protocol: view.nameWord('protocol', IPROUTE_WORD) ?? 'boot',
    tos: parseUint(view.word('tos')) ?? 0,
    ...(mtu === undefined ? {} : { mtu }),
    origin: view.origin,
  };
  return { ...fields, text: routeText(fields, view.word('table')) };
}

/**
 * Reads `ip [-4|-6] [-j] [-d] route show [table all]`; one listing may hold both families.
 * @param hint the family of routes that do not show theirs (`default dev eth0`).
 * @throws SnapshotError on broken JSON.
 */
export function parseIpRoute(text: string, file: string, hint: Family): Parsed<readonly Route[]> {
  if (isRouteTable(text)) {
    const parsed = parseRouteText(asRouteLines(text), file, hint);
    return { ...parsed, leavesOut: [{ why: 'it shows the table main alone', what: 'tables' }] };
  }
  if (!looksLikeJson(text)) return parseRouteText(text, file, hint);
  const problems = new ProblemList(file);
  const count = new EntryCount(file, SHORTEST);
  const data = collect(jsonList(text, problems), (view) => {
    count.add(view.origin.line, view.length);
    return routeOf(view, hint);
  });
  return { data, problems: problems.list };
}

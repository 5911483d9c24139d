import { contains, maskIp, maskOf, type Family, type Ip } from '../../address/ip.js';
import type { NextHop, Route } from '../../model/link.js';
import type { FlowKey, RouteError } from './result.js';

/** What a table says of a destination; `none` sends the look-up on to the next rule. */
export type TableAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly error: RouteError; readonly route: Route }
  | { readonly kind: 'hit'; readonly route: Route; readonly nexthops: readonly NextHop[] };

/** Tells whether a next hop can be used: its device exists, is up, and has a carrier where that is asked for. */
export type NextHopFilter = (hop: NextHop) => boolean;

const NONE: TableAnswer = { kind: 'none' };

/** fib_props: what a look-up that ends on such a route returns. */
function errorOf(route: Route): RouteError | undefined {
  switch (route.type) {
    case 'blackhole':
      return 'EINVAL';
    case 'unreachable':
      return 'EHOSTUNREACH';
    case 'prohibit':
      return 'EACCES';
    case 'unicast':
    case 'local':
    case 'broadcast':
    case 'anycast':
    case 'multicast':
    case 'throw':
      return undefined;
  }
}

/** One routing table, indexed by prefix length: fib_table_lookup (net/ipv4/fib_trie.c), fib6_table_lookup (net/ipv6/route.c). */
export class FibTable {
  private readonly byLength = new Map<number, Map<Ip, Route[]>>();
  private readonly lengths: readonly number[];

  constructor(
    private readonly family: Family,
    routes: readonly Route[],
  ) {
    for (const route of routes) this.add(route);
    this.lengths = [...this.byLength.keys()].sort((a, b) => b - a);
    for (const nets of this.byLength.values()) for (const list of nets.values()) list.sort((a, b) => b.tos - a.tos || a.metric - b.metric);
  }

  private add(route: Route): void {
    const nets = this.byLength.get(route.dst.length) ?? new Map<Ip, Route[]>();
    this.byLength.set(route.dst.length, nets);
    const list = nets.get(route.dst.addr);
    if (list === undefined) nets.set(route.dst.addr, [route]);
    else list.push(route);
  }

  /** @returns the best route for the key: longest prefix, then TOS, then metric, of those whose next hop is usable; a host's own address is its own on a device that is down as well. */
  lookup(key: FlowKey, usable: NextHopFilter, minLength = -1): TableAnswer {
    for (const length of this.lengths) {
      if (length <= minLength) return NONE;
      const list = this.byLength.get(length)?.get(maskIp(key.dst, maskOf(this.family, length)));
      if (list === undefined) continue;
      for (const route of list) {
        if (route.tos !== 0 && route.tos !== (key.tos & 0x1c)) continue;
        if (route.src !== undefined && route.src.length > 0 && (key.src === undefined || !contains(route.src, key.src))) continue;
        if (route.type === 'throw') return NONE;
        const error = errorOf(route);
        if (error !== undefined) return { kind: 'error', error, route };
        const nexthops = route.nexthops.filter(
          (hop) => (key.oif === '' || key.looseOif === true || hop.dev === key.oif) && (route.type === 'local' || usable(hop)),
        );
        if (nexthops.length > 0)
          return { kind: 'hit', route, nexthops: this.family === 6 ? this.equalCost(list, route, nexthops, key, usable) : nexthops };
      }
    }
    return NONE;
  }

  /** IPv6 prints each next hop of a multipath route as a route of its own: those of one metric are siblings. */
  private equalCost(
    list: readonly Route[],
    best: Route,
    hops: readonly NextHop[],
    key: FlowKey,
    usable: NextHopFilter,
  ): readonly NextHop[] {
    const siblings = list.filter(
      (r) => r !== best && r.metric === best.metric && r.type === best.type && r.protocol !== 'ra' && r.nexthops[0]?.via !== undefined,
    );
    if (siblings.length === 0 || best.nexthops[0]?.via === undefined) return hops;
    return [
      ...hops,
      ...siblings.flatMap((r) =>
        r.nexthops.filter((hop) => (key.oif === '' || key.looseOif === true || hop.dev === key.oif) && usable(hop)),
      ),
    ];
  }
}

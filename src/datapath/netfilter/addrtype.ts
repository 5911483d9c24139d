import { tri, Tri, type MatchContext, type Test } from './context.js';
import type { AddrType, Predicate } from '../../netfilter/index.js';

type AddrtypePredicate = Extract<Predicate, { op: 'addrtype' }>;

/** match_lookup_rt6 and match_type6 (xt_addrtype.c). */
function matchIpv6(types: readonly AddrType[], ip: bigint, dev: string | undefined, { ns }: MatchContext): boolean {
  const multicast = ip >> 120n === 0xffn;
  if (types.includes('MULTICAST') && !multicast) return false;
  if (types.includes('UNICAST') && (multicast || ip === 0n)) return false;
  if (types.includes('UNSPEC') && ip !== 0n) return false;
  if (!types.some((type) => type === 'LOCAL' || type === 'ANYCAST' || type === 'UNREACHABLE')) return true;
  const route = ns.routeTo(ip, { oif: dev ?? '' });
  const own = dev === undefined ? route.kind === 'local' : ns.ownsOn(dev, ip);
  return (
    (types.includes('LOCAL') && own) ||
    (types.includes('ANYCAST') && route.kind === 'anycast') ||
    (types.includes('UNREACHABLE') && route.kind === 'error')
  );
}

/**
 * @returns xt_addrtype's test: the FIB's type of the packet's source or destination (inet_dev_addr_type in IPv4).
 */
export function compileAddrtype({ field, types, limit }: AddrtypePredicate): Test {
  const wanted = new Set<string>(types.map((type) => type.toLowerCase()));
  return (context) => {
    const ip = context.skb.packet[field];
    const dev = limit === undefined ? undefined : context[limit];
    return tri(typeof ip === 'number' ? wanted.has(context.ns.fib(4).addressType(ip, dev)) : matchIpv6(types, ip, dev, context));
  };
}

/** xt_addrtype for one packet. */
export function matchAddrtype(predicate: AddrtypePredicate, context: MatchContext): boolean {
  return compileAddrtype(predicate)(context) === Tri.Yes;
}

import type { MatchContext } from './context.js';
import type { AddrType, Predicate } from './predicate.js';

type AddrtypePredicate = Extract<Predicate, { op: 'addrtype' }>;

/** inet_dev_addr_type: one type an address has. */
function matchIpv4(types: readonly AddrType[], ip: number, dev: string | undefined, { ns }: MatchContext): boolean {
  const type = ns.fib(4).addressType(ip, dev);
  return types.some((wanted) => wanted.toLowerCase() === type);
}

/** match_lookup_rt6 and match_type6 (xt_addrtype.c). */
function matchIpv6(types: readonly AddrType[], ip: bigint, dev: string | undefined, { ns }: MatchContext): boolean {
  const multicast = ip >> 120n === 0xffn;
  if (types.includes('MULTICAST') && !multicast) return false;
  if (types.includes('UNICAST') && (multicast || ip === 0n)) return false;
  if (types.includes('UNSPEC') && ip !== 0n) return false;
  if (!types.some((type) => type === 'LOCAL' || type === 'ANYCAST' || type === 'UNREACHABLE')) return true;
  const route = ns.route({ dst: ip, src: undefined, iif: '', oif: dev ?? '', mark: 0, tos: 0, proto: 0, sport: 0, dport: 0 });
  const own = dev === undefined ? route.kind === 'local' : ns.ownsOn(dev, ip);
  return (
    (types.includes('LOCAL') && own) ||
    (types.includes('ANYCAST') && route.kind === 'anycast') ||
    (types.includes('UNREACHABLE') && route.kind === 'error')
  );
}

/** xt_addrtype: the FIB's type of the packet's source or destination. */
export function matchAddrtype(predicate: AddrtypePredicate, context: MatchContext): boolean {
  const ip = context.skb.packet[predicate.field];
  const dev = predicate.limit === undefined ? undefined : context[predicate.limit];
  return typeof ip === 'number' ? matchIpv4(predicate.types, ip, dev, context) : matchIpv6(predicate.types, ip, dev, context);
}

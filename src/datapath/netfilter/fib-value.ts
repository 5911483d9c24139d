import type { Ip } from '../../address/ip.js';
import type { FibFlag, Term, Value } from '../../netfilter/index.js';
import type { RouteResult } from '../fib/result.js';
import type { MatchContext } from './context.js';

/** Types of routes (enum of include/uapi/linux/rtnetlink.h). */
const RTN: Readonly<Record<string, number>> = {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
};

const isMulticast = (ip: Ip): boolean => (typeof ip === 'number' ? ip >>> 28 === 14 : ip >> 120n === 0xffn);
const isLinkLocal = (ip: Ip): boolean => typeof ip === 'bigint' && ip >> 118n === 0x3fan;

function deviceFor(flags: readonly FibFlag[], { in: input, out }: MatchContext): string | undefined {
  if (flags.includes('iif')) return input;
  return flags.includes('oif') ? out : undefined;
}

/** nft_fib4_eval_type (inet_dev_addr_type), __nft_fib6_eval_type. */
function addressType(ip: Ip, dev: string | undefined, { ns }: MatchContext): number {
  if (typeof ip === 'number') return RTN[ns.fib(4).addressType(ip, dev)] ?? 1;
  if (isMulticast(ip)) return RTN['multicast']!;
  if (dev !== undefined && ns.ownsOn(dev, ip)) return RTN['local']!;
  const route = ns.routeTo(ip, { oif: dev ?? '' });
  if (route.kind === 'error') return route.error === 'EACCES' ? RTN['prohibit']! : RTN['unreachable']!;
  if (route.kind === 'anycast') return RTN['anycast']!;
  if (route.kind === 'local') return dev === undefined ? RTN['local']! : RTN['unicast']!;
  return RTN['unicast']!;
}

function lookup(flags: readonly FibFlag[], context: MatchContext): RouteResult {
  const { skb, ns } = context;
  const { packet } = skb;
  const bySource = flags.includes('saddr');
  const dev = deviceFor(flags, context) ?? '';
  const dst = bySource ? packet.src : packet.dst;
  const other = bySource ? packet.dst : packet.src;
  const strict = packet.family === 6 && dev !== '' && isLinkLocal(dst);
  return ns.route({
    dst,
    src: isMulticast(other) ? undefined : other,
    iif: '',
    oif: packet.family === 6 ? dev : '',
    looseOif: !strict,
    mark: flags.includes('mark') ? packet.mark : 0,
    tos: packet.tos,
    proto: 0,
    sport: 0,
    dport: 0,
  });
}

/** nft_fib4_eval, nft_fib6_eval: by which device the address is reached; empty where there is no such way. */
function deviceOf(flags: readonly FibFlag[], context: MatchContext): string {
  const { in: input, hook, ns } = context;
  const dev = deviceFor(flags, context);
  const isLoopback = ns.interfaces.get(input)?.detail.kind === 'loopback';
  if (isLoopback && (hook === 'PREROUTING' || (hook === 'INPUT' && ns.fibSkipsLoopback))) return input;
  const route = lookup(flags, context);
  if (route.kind !== 'unicast') return '';
  if (dev === undefined || dev === '') return route.dev;
  return route.dev === dev || route.route.nexthops.some((hop) => hop.dev === dev) ? dev : '';
}

/** What a look-up in the routes says of the packet's source or destination. */
export function fibValue({ result, flags }: Extract<Term, { op: 'fib' }>, context: MatchContext): Value {
  const { packet } = context.skb;
  switch (result) {
    case 'type':
      return addressType(flags.includes('saddr') ? packet.src : packet.dst, deviceFor(flags, context), context);
    case 'oif':
    case 'oifname':
      return deviceOf(flags, context);
    case 'check':
      return deviceOf(flags, context) === '' ? 0 : 1;
  }
}

import type { MatchContext } from './context.js';
import type { Predicate } from '../../netfilter/index.js';

/** rpfilter_mt (ipt_rpfilter.c, ip6t_rpfilter.c): whether the way back to the source leaves by where the packet came in. */
export function matchRpfilter(predicate: Extract<Predicate, { op: 'rpfilter' }>, { skb, ns, in: dev }: MatchContext): boolean {
  const { packet } = skb;
  if (dev === 'lo') return true;
  const linkLocal = typeof packet.src === 'bigint' && packet.src >> 118n === 0x3fan;
  const route = ns.route({
    dst: packet.src,
    src: typeof packet.dst === 'number' && packet.dst >>> 28 === 14 ? undefined : packet.dst,
    iif: '',
    // ip6t_rpfilter names the device, and only a link-local source insists on it; ipt_rpfilter names none
    oif: linkLocal || (packet.family === 6 && !predicate.loose) ? dev : '',
    looseOif: !linkLocal,
    mark: predicate.validmark ? packet.mark : 0,
    tos: packet.tos,
    proto: packet.family === 6 ? packet.proto : 0,
    sport: 0,
    dport: 0,
  });
  if (route.kind === 'error') return false;
  if (route.kind !== 'unicast' && !(route.kind === 'local' && predicate.acceptLocal)) return false;
  return predicate.loose || route.kind === 'local' || route.dev === dev || route.route.nexthops.some((hop) => hop.dev === dev);
}

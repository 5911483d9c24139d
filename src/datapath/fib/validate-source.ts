import { formatIp } from '../../address/ip.js';
import type { NetnsState } from '../netns-state.js';
import type { Skb } from '../skb.js';
import type { Walk } from '../walk.js';
import type { FlowKey, RouteHit } from './result.js';

function reverseKey(ns: NetnsState, skb: Skb, dev: string, oif: string): FlowKey {
  const { packet } = skb;
  const mark = ns.sysctls.either(dev, 'src_valid_mark') ? packet.mark : 0;
  const ported = packet.icmpType < 0;
  return {
    dst: packet.src,
    src: packet.dst,
    iif: oif,
    oif: '',
    mark,
    tos: packet.tos,
    proto: packet.proto,
    sport: ported ? packet.dport : 0,
    dport: ported ? packet.sport : 0,
  };
}

function usesDevice(hit: RouteHit, dev: string): boolean {
  return hit.dev === dev || hit.route.nexthops.some((hop) => hop.dev === dev);
}

/** Why a source is not taken. */
export interface InvalidSource {
  readonly why: string;
  /** rp_filter says so; where it does not, no setting would let the packet in. */
  readonly filtered: boolean;
}

const filtered = (why: string): InvalidSource => ({ why, filtered: true });
const martian = (why: string): InvalidSource => ({ why, filtered: false });

/** __fib_validate_source: looks the source up as if the answer were sent. */
function fullCheck(ns: NetnsState, skb: Skb, dev: string, out: string, rpFilter: number): InvalidSource | undefined {
  const src = formatIp(skb.packet.src);
  const spoofed = `rp_filter (${rpFilter === 1 ? 'strict' : 'loose'}) of ${dev}: the way back to ${src}`;
  const key = reverseKey(ns, skb, dev, out);
  const result = ns.route(key);
  if (result.kind === 'error') return rpFilter > 0 ? filtered(`${spoofed} has no route`) : undefined;
  if (result.kind !== 'unicast' && !(result.kind === 'local' && ns.sysctls.either(dev, 'accept_local')))
    return martian(`martian source: ${src} is ${result.kind} in ${ns.name}`);
  if ((result.kind === 'local' && dev === 'lo') || usesDevice(result, dev)) return undefined;
  const hasAddress = (ns.interfaces.get(dev)?.addresses ?? []).some((a) => typeof a.ip === 'number');
  if (!hasAddress) return rpFilter > 0 ? filtered(`${spoofed} leaves by ${result.dev}, and ${dev} has no address`) : undefined;
  return rpFilter === 1 ? filtered(`${spoofed} leaves by ${result.dev}`) : undefined;
}

/**
 * fib_validate_source (net/ipv4/fib_frontend.c): reverse-path filter and martian sources.
 * @param out the device the packet will be forwarded by; empty for local delivery.
 * @returns why the packet is dropped, undefined where its source is in order.
 */
export function validateSource(walk: Walk, ns: NetnsState, skb: Skb, dev: string, out: string): InvalidSource | undefined {
  const rpFilter = ns.sysctls.larger(dev, 'rp_filter');
  const fib = ns.fib(4);
  if (rpFilter === 0 && ns.sysctls.listed) {
    if (ns.sysctls.either(dev, 'accept_local')) return undefined;
    if (!fib.hasCustomLocalRoutes && !fib.hasCustomRules) {
      return ns.hasAddress(skb.packet.src)
        ? martian(`martian source: ${formatIp(skb.packet.src)} is an address of ${ns.name} itself`)
        : undefined;
    }
  }
  if (ns.sysctls.listed || ns.name !== 'host' || rpFilter !== 0) return fullCheck(ns, skb, dev, out, rpFilter);
  const strict = fullCheck(ns, skb, dev, out, 1);
  if (strict === undefined) return undefined;
  return walk.setting(ns, `net.ipv4.conf.${dev}.rp_filter`, undefined, 0, false) ? strict : fullCheck(ns, skb, dev, out, 0);
}

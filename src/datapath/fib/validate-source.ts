import type { NetnsState } from '../machine/netns-state.js';
import type { Reason } from '../reasons/reason.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
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

/** __fib_validate_source: looks the source up as if the answer were sent. */
function fullCheck(walk: Walk, ns: NetnsState, skb: Skb, dev: string, out: string, rpFilter: number): Reason | undefined {
  const { src } = skb.packet;
  const filtered = (back: string | undefined, unaddressed = false): Reason => ({
    kind: 'rp-filter',
    dev,
    mode: rpFilter === 1 ? 'strict' : 'loose',
    src,
    back,
    unaddressed,
  });
  const key = reverseKey(ns, skb, dev, out);
  const result = ns.route(key);
  if (result.kind === 'error') return rpFilter > 0 ? filtered(undefined) : undefined;
  if (result.kind !== 'unicast' && !(result.kind === 'local' && walk.deviceSwitch(ns, dev, 'accept_local')))
    return { kind: 'martian', of: 'routed source', ip: src, route: result.kind, netns: ns.name };
  if ((result.kind === 'local' && dev === 'lo') || usesDevice(result, dev)) return undefined;
  const hasAddress = (ns.interfaces.get(dev)?.addresses ?? []).some((a) => typeof a.ip === 'number');
  if (!hasAddress) return rpFilter > 0 ? filtered(result.dev, true) : undefined;
  return rpFilter === 1 ? filtered(result.dev) : undefined;
}

/**
 * fib_validate_source (net/ipv4/fib_frontend.c): reverse-path filter and martian sources.
 * @param out the device the packet will be forwarded by; empty for local delivery.
 * @returns why the packet is dropped, undefined where its source is in order.
 */
export function validateSource(walk: Walk, ns: NetnsState, skb: Skb, dev: string, out: string): Reason | undefined {
  const rpFilter = ns.sysctls.larger(dev, 'rp_filter');
  const fib = ns.fib(4);
  if (rpFilter === 0 && ns.sysctls.listed) {
    if (ns.sysctls.either(dev, 'accept_local')) return undefined;
    if (!fib.hasCustomLocalRoutes && !fib.hasCustomRules) {
      return ns.hasAddress(skb.packet.src) ? { kind: 'martian', of: 'own source', ip: skb.packet.src, netns: ns.name } : undefined;
    }
  }
  if (ns.sysctls.listed || rpFilter !== 0) return fullCheck(walk, ns, skb, dev, out, rpFilter);
  const strict = fullCheck(walk, ns, skb, dev, out, 1);
  if (strict === undefined) return undefined;
  return walk.setting(ns, `net.ipv4.conf.${dev}.rp_filter`, undefined, 0, false) ? strict : fullCheck(walk, ns, skb, dev, out, 0);
}

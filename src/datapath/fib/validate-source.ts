import type { NetnsState } from '../machine/netns-state.js';
import type { Reason } from '../reasons/reason.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import type { FlowKey, RouteHit } from './result.js';

function reverseKey(skb: Skb, oif: string, mark: number): FlowKey {
  const { packet } = skb;
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

/** __fib_validate_source: looks the source up as if the answer were sent, by a packet of this mark. */
function lookBack(walk: Walk, ns: NetnsState, skb: Skb, dev: string, out: string, rpFilter: number, mark: number): Reason | undefined {
  const { src } = skb.packet;
  const filtered = (back: string | undefined, unaddressed = false): Reason => ({
    kind: 'rp-filter',
    dev,
    mode: rpFilter === 1 ? 'strict' : 'loose',
    src,
    back,
    unaddressed,
  });
  const key = reverseKey(skb, out, mark);
  const result = ns.route(key);
  if (rpFilter > 0) walk.routes.mustBeWhole(ns, 4, result);
  if (result.kind === 'error') return rpFilter > 0 ? filtered(undefined) : undefined;
  if (result.kind !== 'unicast' && !(result.kind === 'local' && walk.deviceSwitch(ns, dev, 'accept_local')))
    return { kind: 'martian', of: 'routed source', ip: src, route: result.kind, netns: ns.name };
  if ((result.kind === 'local' && dev === 'lo') || usesDevice(result, dev)) return undefined;
  const hasAddress = (ns.interfaces.get(dev)?.addresses ?? []).some((a) => typeof a.ip === 'number');
  if (!hasAddress) return rpFilter > 0 ? filtered(result.dev, true) : undefined;
  return rpFilter === 1 ? filtered(result.dev) : undefined;
}

/** With the mark of the packet where src_valid_mark is on; asked where it is not known and both marks do not come to the same. */
function fullCheck(walk: Walk, ns: NetnsState, skb: Skb, dev: string, out: string, rpFilter: number): Reason | undefined {
  const { mark } = skb.packet;
  const marked = mark === 0 ? false : ns.sysctls.either(dev, 'src_valid_mark');
  if (marked !== undefined) return lookBack(walk, ns, skb, dev, out, rpFilter, marked ? mark : 0);
  const without = lookBack(walk, ns, skb, dev, out, rpFilter, 0);
  const withMark = lookBack(walk, ns, skb, dev, out, rpFilter, mark);
  if ((without === undefined) === (withMark === undefined)) return without;
  return walk.deviceSwitch(ns, dev, 'src_valid_mark') ? withMark : without;
}

/** Where no source is filtered: one of this machine's own is, unless accept_local says otherwise. */
function unfiltered(walk: Walk, ns: NetnsState, skb: Skb, dev: string, out: string): Reason | undefined {
  const accepts = ns.sysctls.either(dev, 'accept_local');
  if (accepts === true) return undefined;
  const fib = ns.fib(4);
  const own: Reason = { kind: 'martian', of: 'own source', ip: skb.packet.src, netns: ns.name };
  const custom = fib.hasCustomLocalRoutes || fib.hasCustomRules;
  const why = custom ? fullCheck(walk, ns, skb, dev, out, 0) : ns.hasAddress(skb.packet.src) ? own : undefined;
  return why === undefined || (accepts === undefined && walk.deviceSwitch(ns, dev, 'accept_local')) ? undefined : why;
}

/**
 * fib_validate_source (net/ipv4/fib_frontend.c): reverse-path filter and martian sources.
 * @param out the device the packet will be forwarded by; empty for local delivery.
 * @returns why the packet is dropped, undefined where its source is in order.
 */
export function validateSource(walk: Walk, ns: NetnsState, skb: Skb, dev: string, out: string): Reason | undefined {
  const { least, open } = ns.sysctls.larger(dev, 'rp_filter');
  if (!open || least > 1) return least === 0 ? unfiltered(walk, ns, skb, dev, out) : fullCheck(walk, ns, skb, dev, out, least);
  const strict = fullCheck(walk, ns, skb, dev, out, 1);
  const loosest = (): Reason | undefined => (least === 0 ? unfiltered(walk, ns, skb, dev, out) : fullCheck(walk, ns, skb, dev, out, 2));
  if (strict === undefined || (least === 1 && loosest() !== undefined)) return strict;
  const asked = ns.sysctls.openName(dev, 'rp_filter');
  return walk.askSetting(ns, asked, least === 0 ? [1, 0] : [1, 2], false) ? strict : loosest();
}

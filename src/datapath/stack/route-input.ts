import { type Ip, isLoopback } from '../../address/ip.js';
import type { Origin } from '../../model/origin.js';
import type { Fate, Refusal } from '../walk/fate.js';
import { failureOf } from '../fib/describe.js';
import { noteRoute } from '../fib/note.js';
import type { FlowKey, RouteFailure, RouteHit, RouteResult } from '../fib/result.js';
import { validateSource } from '../fib/validate-source.js';
import type { NetnsState } from '../machine/netns-state.js';
import { type Reason, causeOf, wordsOf } from '../reasons/reason.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

export type InputRoute =
  | { readonly kind: 'go'; readonly hit: RouteHit }
  | {
      readonly kind: 'end';
      readonly fate: Fate;
      /** The source or destination itself is refused, so nothing is routed. */ readonly martian: boolean;
      /** No table has a way, or one forbids it (dst->error). */
      readonly noRoute: boolean;
    };

/** @returns the key of a look-up for a packet that came in by `dev`. */
export function inputKey(skb: Skb, dev: string): FlowKey {
  const { packet } = skb;
  const ported = packet.icmpType < 0;
  return {
    dst: packet.dst,
    src: packet.src,
    iif: dev,
    oif: '',
    mark: packet.mark,
    tos: packet.tos,
    proto: packet.proto,
    sport: ported ? packet.sport : 0,
    dport: ported ? packet.dport : 0,
  };
}

/** What a dropped packet leaves behind besides the words. */
interface DropDetails {
  readonly martian?: boolean;
  readonly origin?: Origin | undefined;
}

function drop(walk: Walk, ns: NetnsState, skb: Skb, where: string, why: Reason, details: DropDetails = {}): InputRoute {
  const { martian = false } = details;
  const origin = details.origin === undefined ? {} : { origin: details.origin };
  walk.step(ns, skb, { kind: 'drop', where, text: wordsOf(why), cause: causeOf(why), ...origin });
  return { kind: 'end', martian, noRoute: false, fate: { kind: 'lost', ns, why, ...origin } };
}

/** The martians of ip_route_input_slow, before any table is asked. */
function martian(walk: Walk, ns: NetnsState, skb: Skb, dev: string): Reason | undefined {
  const { src, dst } = skb.packet;
  if (typeof src === 'bigint') return undefined;
  if (dst !== 0 && dst !== 0xffffffff && Number(dst) >>> 24 === 0) return { kind: 'martian', of: 'destination', ip: dst };
  if (src >>> 28 === 14 || src === 0xffffffff || src >>> 24 === 0) return { kind: 'martian', of: 'source', ip: src };
  if (!isLoopback(dst) && !isLoopback(src)) return undefined;
  if (walk.deviceSwitch(ns, dev, 'route_localnet')) return undefined;
  if (isLoopback(dst)) return { kind: 'martian', of: 'loopback destination', ip: dst, dev };
  return { kind: 'martian', of: 'loopback source', ip: src, dev };
}

/** What ip_error and ip6_pkt_discard answer for a look-up that failed. */
function refusalOf(error: RouteFailure['error'], family: 4 | 6): Refusal | undefined {
  switch (error) {
    case 'ENETUNREACH':
      return family === 4 ? 'icmp-net-unreachable' : 'icmp6-no-route';
    case 'EHOSTUNREACH':
      return family === 4 ? 'icmp-host-unreachable' : 'icmp6-no-route';
    case 'EACCES':
      return family === 4 ? 'icmp-admin-prohibited' : 'icmp6-adm-prohibited';
    case 'EINVAL':
    case 'ENETDOWN':
      return undefined;
  }
}

/** Who sets ip_forward sets every device (inet_forward_change): one that is not listed is taken to have kept that, and it is said. */
function forwards4(walk: Walk, ns: NetnsState, dev: string): boolean {
  const own = ns.sysctls.iface(4, dev, 'forwarding');
  if (own !== undefined) return own !== 0;
  const ofAll = ns.sysctls.get('net.ipv4.ip_forward') ?? ns.sysctls.iface(4, 'all', 'forwarding');
  if (ofAll !== undefined && ofAll !== 0) walk.takeSetting(ns, `net.ipv4.conf.${dev}.forwarding`, ofAll);
  return walk.setting(ns, 'net.ipv4.ip_forward', ofAll, 0, true);
}

/** Whether packets that come in by a device may be sent on: per device in IPv4, for all in IPv6 (ip6_forward). */
export function forwards(walk: Walk, ns: NetnsState, family: 4 | 6, dev: string): boolean {
  if (family === 4) return forwards4(walk, ns, dev);
  const all = 'net.ipv6.conf.all.forwarding';
  if (walk.setting(ns, all, ns.sysctls.get(all), 0, true)) return true;
  // where all other packets stay, those that came in by such a device go on
  const forced = ns.sysctls.iface(6, dev, 'force_forwarding');
  if (forced !== undefined || !walk.machine.hasForceForwarding) return (forced ?? 0) !== 0;
  return walk.seldom(ns, `net.ipv6.conf.${dev}.force_forwarding`) !== 0;
}

function failed(walk: Walk, ns: NetnsState, skb: Skb, dev: string, result: RouteFailure): InputRoute {
  const origin = result.route?.origin ?? result.rule?.origin;
  const what = failureOf(result, skb.packet.dst);
  // ip_error asks whether the device forwards, ip6_pkt_drop does not
  if (skb.packet.family === 4 && !forwards(walk, ns, 4, dev))
    return drop(walk, ns, skb, dev, { kind: 'forwarding-off', as: 'silent', netns: ns.name, since: what }, { origin });
  const answer = refusalOf(result.error, skb.packet.family);
  if (answer === undefined) return drop(walk, ns, skb, dev, what, { origin });
  return {
    kind: 'end',
    martian: false,
    noRoute: true,
    fate: { kind: 'refused', ns, skb, with: answer, hook: undefined, dev, why: what, ...(origin !== undefined && { origin }) },
  };
}

/** rt6_need_strict: a route to the IPv6 loopback address counts only for packets of that device. */
function strictRoute(result: RouteResult, dst: Ip, dev: string): RouteResult {
  if (typeof dst !== 'bigint' || !isLoopback(dst) || result.kind === 'error' || result.dev === dev) return result;
  return { kind: 'error', error: 'ENETUNREACH', route: undefined, rule: undefined };
}

/**
 * ip_route_input_slow, ip6_route_input: where a packet that came in goes, with every check that may end it here.
 * @param bridged a bridge asks: IPv6, which looks at forwarding in ip6_forward only, needs none from port to port.
 */
export function routeInput(walk: Walk, ns: NetnsState, dev: string, skb: Skb, bridged = false): InputRoute {
  const odd = martian(walk, ns, skb, dev);
  if (odd !== undefined) return drop(walk, ns, skb, dev, odd, { martian: true });
  const result = strictRoute(walk.routes.find(ns, inputKey(skb, dev)), skb.packet.dst, dev);
  noteRoute(walk, ns, skb, 'input', result);
  if (result.kind === 'error') {
    const end = failed(walk, ns, skb, dev, result);
    return end.kind === 'end' ? { ...end, noRoute: true } : end;
  }
  const local = result.kind !== 'unicast';
  const staysOnBridge = bridged && skb.packet.family === 6 && result.dev === dev;
  if (!local && !staysOnBridge && !forwards(walk, ns, skb.packet.family, dev)) {
    return drop(walk, ns, skb, dev, { kind: 'forwarding-off', as: 'transit', dst: skb.packet.dst, netns: ns.name, dev });
  }
  if (skb.packet.family === 4) {
    const invalid = validateSource(walk, ns, skb, dev, local ? '' : result.dev);
    if (invalid !== undefined) return drop(walk, ns, skb, dev, invalid, { martian: true });
  }
  return { kind: 'go', hit: result };
}

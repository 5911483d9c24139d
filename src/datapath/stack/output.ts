import { formatIp, type Ip } from '../../address/ip.js';
import { PROTO } from '../../model/packet.js';
import type { Fate } from '../walk/fate.js';
import type { Underway } from '../walk/underway.js';
import { failureOf } from '../fib/describe.js';
import { selectIpv6, sourceFor } from '../fib/source-address.js';
import type { FlowKey, RouteHit, RouteResult } from '../fib/result.js';
import { noteRoute } from '../fib/note.js';
import { nfHook } from '../hook/hook.js';
import { OUTSIDE_MAC } from '../link/outside.js';
import { withoutPeer } from '../link/wireguard.js';
import { resolveNextHop } from './solicit.js';
import type { NetnsState } from '../machine/netns-state.js';
import { causeOf, wordsOf } from '../reasons/reason.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import { deviceXmit } from './device.js';

/** @returns the key of a look-up for a packet made in the namespace. */
export function outputKey(skb: Skb, oif: string, src: Ip | undefined, looseOif = false): FlowKey {
  const { packet } = skb;
  const ported = packet.proto !== PROTO.ICMP && packet.proto !== PROTO.ICMPV6;
  return {
    dst: packet.dst,
    src,
    iif: '',
    oif,
    mark: packet.mark,
    tos: packet.tos,
    proto: packet.proto,
    sport: ported ? packet.sport : 0,
    dport: ported ? packet.dport : 0,
    looseOif,
  };
}

/** ip_route_output_key, ip6_route_output: local destinations leave by `lo`. */
export function routeOutput(walk: Walk, ns: NetnsState, key: FlowKey): RouteResult {
  const result = walk.routes.find(ns, key);
  if (result.kind === 'local' || result.kind === 'anycast') {
    const { kind, route, rule, via } = result;
    return { kind, route, rule, dev: 'lo', via };
  }
  if (result.kind === 'error' || typeof key.src !== 'number' || key.src >>> 24 !== 127) return result;
  if (walk.deviceSwitch(ns, result.dev, 'route_localnet')) return result;
  // __mkroute_output: a loopback source leaves by no other device
  return { kind: 'error', error: 'EINVAL', route: result.route, rule: result.rule };
}

/**
 * Routes a packet whose socket names no source and gives it the source that goes with the route (ip_route_output_key,
 * ip6_dst_lookup_tail: over IPv6 a look-up that fails is made once more, with the address that would suit best).
 * @returns the route; its packet's source is undefined where the namespace has none.
 */
export function routeUnbound(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  oif: string,
): { readonly route: RouteResult; readonly src: Ip | undefined } {
  const { packet } = skb;
  const route = routeOutput(walk, ns, outputKey(skb, oif, undefined));
  if (route.kind !== 'error') return { route, src: sourceFor(walk, ns, route, packet.dst) };
  const src = typeof packet.dst === 'bigint' ? selectIpv6(walk, ns, '', packet.dst) : undefined;
  return { route: src === undefined ? route : routeOutput(walk, ns, outputKey(skb, oif, src)), src };
}

function localError(ns: NetnsState, skb: Skb, result: Extract<RouteResult, { kind: 'error' }>): Fate {
  const origin = result.route?.origin ?? result.rule?.origin;
  return {
    kind: 'local-error',
    ns,
    errno: result.error,
    why: failureOf(result, skb.packet.dst),
    ...(origin !== undefined && { origin }),
  };
}

/** fib_rule_requires_fldissect: policy rules that look at the protocol or ports make the kernel take them from the packet. */
function dissects(ns: NetnsState, family: 4 | 6): boolean {
  return ns.fib(family).rules.some((r) => r.iif !== 'lo' && (r.ipproto !== undefined || r.sport !== undefined || r.dport !== undefined));
}

/** ip_route_me_harder, ip6_route_me_harder: OUTPUT rewrote what routing looks at. */
function reroute(walk: Walk, ns: NetnsState, skb: Skb): Fate | undefined {
  const { packet } = skb;
  const type = ns.fib(packet.family).addressType(packet.src);
  const src = type === 'local' || type === 'unicast' ? packet.src : undefined;
  const key = outputKey(skb, '', src);
  const result = routeOutput(walk, ns, dissects(ns, packet.family) ? key : { ...key, sport: 0, dport: 0, proto: 0 });
  noteRoute(walk, ns, skb, 'reroute', result);
  if (result.kind === 'error') {
    const origin = result.route?.origin ?? result.rule?.origin;
    return { kind: 'lost', ns, why: failureOf(result, packet.dst), errno: result.error, ...(origin !== undefined && { origin }) };
  }
  skb.dst = result;
  return undefined;
}

/** The route in force after OUTPUT, which may have chosen anew. */
function chosenRoute(skb: Skb, before: RouteHit): RouteHit {
  return skb.dst === undefined || skb.dst.kind === 'error' ? before : skb.dst;
}

/** Who may send: the way a caller chose already, or the device it is bound to. */
export interface OutputOptions {
  readonly hit?: RouteResult;
  readonly oif?: string;
  /** Rules see `oif`, but routes by other devices count as well (RT6_LOOKUP_F_IFACE is not set). */
  readonly looseOif?: boolean;
}

/** ip_local_out, ip6_local_out: a packet made in this namespace meets OUTPUT and goes out. */
export function localOut(walk: Walk, ns: NetnsState, skb: Skb, options: OutputOptions = {}): Underway {
  const result = options.hit ?? routeOutput(walk, ns, outputKey(skb, options.oif ?? '', skb.packet.src, options.looseOif));
  if (options.hit === undefined) noteRoute(walk, ns, skb, 'output', result);
  if (result.kind === 'error') return localError(ns, skb, result);
  skb.dst = result;
  const harder = (): Fate | undefined => reroute(walk, ns, skb);
  const fate = nfHook(walk, ns, skb, { hook: 'OUTPUT', in: '', out: result.dev }, harder, harder);
  if (fate !== undefined) return fate;
  return ipOutput(walk, ns, skb, chosenRoute(skb, result), '');
}

/**
 * ip_output, ip6_output, ip_finish_output2: POSTROUTING, then the next hop's address, then the device.
 * @param dev the device the packet came in by; empty for one made here.
 */
export function ipOutput(walk: Walk, ns: NetnsState, skb: Skb, hit: RouteHit, dev: string): Underway {
  const fate = nfHook(walk, ns, skb, { hook: 'POSTROUTING', in: walk.machine.postroutingSeesInput ? dev : '', out: hit.dev });
  if (fate !== undefined) return dev === '' || fate.kind !== 'lost' ? fate : withoutErrno(fate);
  const nexthop = hit.via ?? skb.packet.dst;
  if (hit.kind === 'broadcast' || hit.kind === 'multicast') {
    skb.packet.dstMac = 'ff:ff:ff:ff:ff:ff';
    return transmit(walk, ns, hit.dev, skb);
  }
  const peerless = withoutPeer(ns, hit.dev, skb.packet.dst);
  if (peerless !== undefined) return unsent(walk, ns, skb, { dev: hit.dev, ip: nexthop, why: peerless, forwarded: dev !== '' });
  const answer = resolveNextHop(walk, ns, hit.dev, nexthop, skb.packet.src);
  if ((answer.kind === 'failed' || answer.kind === 'missing') && walk.outsider?.ns === ns && walk.outsider.on(ns, hit.dev, nexthop)) {
    walk.step(ns, skb, { kind: 'leave', iface: hit.dev, text: `to ${formatIp(nexthop)}, who asks: it is taken to be behind ${hit.dev}` });
    return { kind: 'left', ns, skb, dev: hit.dev };
  }
  switch (answer.kind) {
    case 'none-needed':
      skb.packet.dstMac = undefined;
      return transmit(walk, ns, hit.dev, skb);
    case 'outside':
      skb.packet.dstMac = OUTSIDE_MAC;
      return transmit(walk, ns, hit.dev, skb);
    case 'mac':
      noteNeighbour(walk, ns, skb, hit.dev, nexthop, answer);
      skb.packet.dstMac = answer.mac;
      return transmit(walk, ns, hit.dev, skb);
    case 'missing':
      return { kind: 'missing', ns, what: answer.what };
    case 'failed':
      return unsent(walk, ns, skb, { dev: hit.dev, ip: nexthop, why: answer.why, forwarded: dev !== '' });
  }
}

type Unsent = Extract<Fate, { kind: 'no-neighbour' }>;

/** Nobody is there to send it to by the device. */
function unsent(walk: Walk, ns: NetnsState, skb: Skb, { why, dev, ...more }: Pick<Unsent, 'dev' | 'ip' | 'why' | 'forwarded'>): Unsent {
  walk.step(ns, skb, { kind: 'drop', where: dev, text: wordsOf(why), cause: causeOf(why) });
  return { kind: 'no-neighbour', ns, skb, dev, why, ...more };
}

function noteNeighbour(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  iface: string,
  nexthop: Ip,
  { mac, text }: { readonly mac: string; readonly text: string },
): void {
  const ip = walk.machine.texts.of(nexthop);
  walk.note({ kind: 'neighbour', iface, ip, mac, text, netns: ns.name, leg: skb.leg, reply: skb.reply, packet: walk.view(skb) });
}

/** A drop that the sender of the packet is not told of: it was forwarded. */
export function withoutErrno(fate: Extract<Fate, { kind: 'lost' }>): Fate {
  const { errno: _dropped, ...rest } = fate;
  return rest;
}

function transmit(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Underway {
  skb.packet.srcMac = ns.interfaces.get(dev)?.mac;
  return deviceXmit(walk, ns, dev, skb);
}

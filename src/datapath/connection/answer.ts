import type { Ip } from '../../address/ip.js';
import { PROTO } from '../../model/packet.js';
import { tupleOf } from '../conntrack/conntrack.js';
import { drain } from '../walk/backlog.js';
import type { Fate, Refusal } from '../walk/fate.js';
import { noteRoute } from '../fib/note.js';
import type { RouteHit } from '../fib/result.js';
import { selectIpv4, selectIpv6, sourceFor } from '../fib/source-address.js';
import { answerPacket, errorPacket, resetPacket } from './probe.js';
import { icmpError } from './refusal.js';
import { newSkb, type Opener, type Skb } from '../walk/skb.js';
import { localOut, outputKey, routeOutput, routeUnbound } from '../stack/output.js';
import { deviceXmit } from '../stack/device.js';
import type { Walk } from '../walk/walk.js';
import type { NetnsState } from '../machine/netns-state.js';

/** fwmark_reflect: answers that no socket sends carry the mark of what they answer. */
function reflectedMark(walk: Walk, ns: NetnsState, skb: Skb): number {
  if (skb.packet.mark === 0) return 0;
  const name = skb.packet.family === 4 ? 'net.ipv4.fwmark_reflect' : 'net.ipv6.fwmark_reflect';
  return walk.seldom(ns, name) !== 0 ? skb.packet.mark : 0;
}

/** tcp_fwmark_accept (inet_request_mark): what a listener sends carries the mark of what it was asked by. */
function acceptedMark(walk: Walk, ns: NetnsState, { packet: { mark } }: Skb): number {
  return mark !== 0 && walk.seldom(ns, 'net.ipv4.tcp_fwmark_accept') !== 0 ? mark : 0;
}

function send(walk: Walk, ns: NetnsState, skb: Skb, what: string, oif: string, looseOif = false): Fate {
  walk.note({ kind: 'send', what, netns: ns.name, leg: skb.leg, reply: skb.reply, packet: walk.view(skb) });
  return drain(walk, localOut(walk, ns, skb, { oif, looseOif }));
}

/** The device an answer is bound to: link-local IPv6 peers are known only by the link they are on. */
function boundDevice(ip: Ip, dev: string): string {
  return typeof ip === 'bigint' && ip >> 118n === 0x3fan ? dev : '';
}

/** Policy rules are asked without the source, which the route then names; they are not asked again. */
function sendUnbound(walk: Walk, ns: NetnsState, skb: Skb, oif: string): Fate {
  const { route, src } = routeUnbound(walk, ns, skb, oif);
  if (src !== undefined) skb.packet.src = src;
  walk.step(ns, skb, { kind: 'send', what: 'answer' });
  noteRoute(walk, ns, skb, 'output', route);
  return drain(walk, localOut(walk, ns, skb, { hit: route }));
}

/** The socket that answers: whether it is bound to an address, and who opened it. */
interface Answerer {
  readonly bound: boolean;
  readonly opener?: Opener;
}

/**
 * A socket answers: SYN-ACK or echo reply from the address it was reached at. A datagram from a socket that is bound to no
 * address gets the source that routing chooses (udp_sendmsg), unless the program asks otherwise. A SYN-ACK is its listener's
 * (tcp_make_synack, sk_to_full_sk).
 */
export function sendAnswer(walk: Walk, ns: NetnsState, received: Skb, dev: string, { bound, opener }: Answerer): Fate {
  const packet = answerPacket(received.packet);
  const skb = newSkb(packet, received.leg, true, { netns: ns.name, ...opener });
  const icmp = packet.icmpType >= 0;
  if (icmp) packet.mark = reflectedMark(walk, ns, received);
  else if (packet.proto === PROTO.TCP) packet.mark = acceptedMark(walk, ns, received);
  // icmpv6_echo_reply names the device the request came in by: rules see it, routes by other devices count all the same
  const echo6 = packet.proto === PROTO.ICMPV6;
  const oif = echo6 ? dev : boundDevice(packet.dst, dev);
  if (packet.proto === PROTO.UDP && !bound) return sendUnbound(walk, ns, skb, oif);
  const what = packet.proto === PROTO.TCP ? 'SYN-ACK' : icmp ? 'echo reply' : 'answer';
  return send(walk, ns, skb, what, oif, echo6 && boundDevice(packet.dst, dev) === '');
}

/** Whether the kernel says nothing at all: errors are not sent about broadcasts, errors, resets (icmp_send, nf_send_reset). */
function staysSilent(received: Skb): boolean {
  return received.related !== undefined || received.packet.pkttype === 'broadcast' || received.packet.pkttype === 'multicast';
}

/** Attaches the connection of the refused packet, as nf_ct_attach does for answers made by the kernel. */
function attach(skb: Skb, received: Skb): void {
  if (received.ct === undefined) return;
  skb.ct = { connection: received.ct.connection, reply: !received.ct.reply, info: 'RELATED' };
}

/** tcp_v6_send_response with rt6_need_strict: what goes to ::1 leaves by the device that holds its source, which is to be `lo`. */
function strictDevice(ns: NetnsState, { packet }: Skb): string | undefined {
  if (packet.dst !== 1n) return undefined;
  const owner = [...ns.interfaces.values()].find((i) => i.addresses.some((a) => a.ip === packet.src));
  return owner?.detail.kind === 'loopback' ? undefined : owner?.name;
}

/** nf_send_reset, and tcp_v4_send_reset where no socket listens. */
function sendReset(walk: Walk, ns: NetnsState, received: Skb, byRule: boolean): Fate {
  const packet = resetPacket(received.packet);
  // ip_send_unicast_reply sends by a socket of the kernel's own; tcp_v6_send_response and nf_send_reset have none
  const skb = newSkb(packet, received.leg, true, byRule || packet.family === 6 ? undefined : { netns: ns.name });
  skb.packet.mark = reflectedMark(walk, ns, received);
  if (byRule) attach(skb, received);
  const owner = strictDevice(ns, skb);
  if (!byRule && owner !== undefined) return { kind: 'lost', ns, why: { kind: 'reset-not-routed', netns: ns.name, owner } };
  // a packet that came in by a bridge's port is reset straight back by that port, routed or not, past OUTPUT
  if (byRule && received.physin !== '') {
    if (routeOutput(walk, ns, { ...outputKey(skb, '', skb.packet.src), proto: 0, sport: 0, dport: 0 }).kind === 'error')
      return { kind: 'lost', ns, why: { kind: 'reset-not-routed', netns: ns.name } };
    if (received.packet.srcMac !== undefined) skb.packet.dstMac = received.packet.srcMac;
    walk.step(ns, skb, { kind: 'send', what: 'TCP reset' });
    // a port that no listing shows is taken to lead to whoever asked
    if (!ns.interfaces.has(received.physin)) return { kind: 'left', ns, skb, dev: received.physin };
    return drain(walk, deviceXmit(walk, ns, received.physin, skb));
  }
  return send(walk, ns, skb, 'TCP reset', '');
}

const BY_INBOUND = 'net.ipv4.icmp_errors_use_inbound_ifaddr';

const PORT_UNREACHABLE: ReadonlySet<Refusal> = new Set<Refusal>(['icmp-port-unreachable', 'icmp6-port-unreachable']);

/** How an ICMP error is addressed and sent. */
interface ErrorWay {
  readonly src: Ip;
  readonly hit?: RouteHit;
}

/**
 * icmp_route_lookup, icmpv6_route_lookup: an error about a packet for this machine comes from the address that was asked
 * for; of any other, routing chooses without a source and names the address (unless icmp_errors_use_inbound_ifaddr).
 */
function errorWay(walk: Walk, ns: NetnsState, received: Skb, dev: string, proto: number): ErrorWay | undefined {
  const { packet } = received;
  if (ns.fib(packet.family).addressType(packet.dst) === 'local') return { src: packet.dst };
  const own = packet.family === 4 && dev !== '' ? selectIpv4(walk, ns, dev, packet.src, 253) : undefined;
  const inbound = own !== undefined && (ns.sysctls.get(BY_INBOUND) ?? 0) !== 0;
  if (inbound) return { src: own };
  const oif = boundDevice(packet.src, dev);
  const mark = reflectedMark(walk, ns, received);
  const route = routeOutput(walk, ns, { dst: packet.src, src: undefined, iif: '', oif, mark, tos: 0, proto, sport: 0, dport: 0 });
  if (typeof packet.src === 'bigint' && dev !== '' && (route.kind === 'error' || route.route.prefsrc === undefined)) {
    // icmp6_send takes the input device's address before it looks for a route, so policy rules see that source;
    // of a frame between a bridge's ports it does not know the device (br_validate_ipv6 clears IP6CB)
    const near = received.physout === '' ? selectIpv6(walk, ns, dev, packet.src) : undefined;
    if (near !== undefined) return { src: near };
  }
  if (route.kind === 'error') return undefined;
  const src = sourceFor(walk, ns, route, packet.src) ?? (packet.family === 4 ? selectIpv4(walk, ns, dev, packet.src, 253) : undefined);
  if (own !== undefined && own !== src) walk.seldom(ns, BY_INBOUND);
  return src === undefined ? undefined : { src, hit: route };
}

/**
 * The kernel refuses a packet with an ICMP error or a reset.
 * @param byRule a REJECT rule does, rather than routing or the lack of a socket.
 * @returns the answer's fate; undefined where nothing is sent.
 */
export function sendRefusal(walk: Walk, ns: NetnsState, received: Skb, dev: string, refusal: Refusal, byRule: boolean): Fate | undefined {
  if (staysSilent(received)) return undefined;
  const error = icmpError(refusal);
  if (error === undefined) return received.packet.proto === PROTO.TCP ? sendReset(walk, ns, received, byRule) : undefined;
  const way = errorWay(walk, ns, received, dev, received.packet.family === 4 ? PROTO.ICMP : PROTO.ICMPV6);
  if (way === undefined) return undefined;
  const skb = newSkb(errorPacket(received.packet, way.src, error.type, error.code), received.leg, true, { netns: ns.name });
  skb.packet.mark = reflectedMark(walk, ns, received);
  skb.related = tupleOf(received.packet);
  // udp_rcv takes the connection from what no socket waits for before it answers (nf_reset_ct)
  const isUnheard = !byRule && received.packet.proto === PROTO.UDP && PORT_UNREACHABLE.has(refusal);
  if (!isUnheard) attach(skb, received);
  if (way.hit === undefined) return send(walk, ns, skb, error.name, boundDevice(received.packet.src, dev));
  walk.step(ns, skb, { kind: 'send', what: error.name });
  noteRoute(walk, ns, skb, 'output', way.hit);
  return drain(walk, localOut(walk, ns, skb, { hit: way.hit }));
}

import { isLoopback } from '../../address/ip.js';
import { PROTO } from '../../model/packet.js';
import { tupleOf } from '../conntrack/conntrack.js';
import type { Fate } from '../walk/fate.js';
import type { Underway } from '../walk/underway.js';
import type { RouteHit } from '../fib/result.js';
import { nfHook } from '../hook/hook.js';
import type { NetnsState } from '../machine/netns-state.js';
import { type Reason, causeOf, wordsOf } from '../reasons/reason.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import { ipOutput } from './output.js';
import { routeInput } from './route-input.js';

/** ip6_rcv_core: what may not come in by a real device is gone before any hook. */
function martianIpv6({ packet: { src, dst } }: Skb, dev: string): Reason | undefined {
  if (isLoopback(src) || isLoopback(dst)) return { kind: 'martian', of: 'loopback', dev };
  return typeof src === 'bigint' && src >> 120n === 0xffn ? { kind: 'martian', of: 'source', ip: src } : undefined;
}

const UNROUTED_TPROXY = { kind: 'tproxy-not-routed' } as const;

/** ip_local_deliver. */
function localDeliver(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Fate {
  const fate = nfHook(walk, ns, skb, { hook: 'INPUT', in: dev, out: '' });
  return fate ?? { kind: 'local', ns, skb, dev };
}

/** ip_rcv_finish_core, ip6_rcv_finish_core: whether a socket with a peer is looked for before the packet is routed. */
function demuxesEarly(walk: Walk, ns: NetnsState, proto: number): boolean {
  const isOn = (name: string): boolean => walk.setting(ns, name, ns.sysctls.get(name), 1, true);
  const own = proto === PROTO.TCP ? 'net.ipv4.tcp_early_demux' : proto === PROTO.UDP ? 'net.ipv4.udp_early_demux' : undefined;
  return own !== undefined && isOn('net.ipv4.ip_early_demux') && isOn(own);
}

/**
 * nf_nat_ipv4_local_in, nf_nat_ipv6_local_in: NAT at INPUT that changes where a packet comes from (its port only where it opens the
 * connection) lets go of the socket that was found for it; one is looked for anew.
 */
function natForgetsSocket({ ct }: Skb): boolean {
  if (ct === undefined) return false;
  const { original, reply } = ct.connection;
  if (ct.reply) return reply.src !== original.dst;
  return reply.dst !== original.src || reply.dport !== original.sport;
}

/** The same for a packet that no route came with: the socket that was found for it gets it, whatever INPUT writes into it. */
function deliverAnew(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Fate {
  const { packet } = skb;
  const { src, dst, sport, dport } = packet;
  const fate = localDeliver(walk, ns, dev, skb);
  const isRewritten = packet.dport !== dport || packet.sport !== sport || packet.src !== src || packet.dst !== dst;
  if (isRewritten && skb.reply && fate.kind === 'local' && !natForgetsSocket(skb) && demuxesEarly(walk, ns, packet.proto))
    skb.demuxed = tupleOf({ ...packet, src, dst, sport, dport });
  return fate;
}

/** ip_forward, ip6_forward. */
function forward(walk: Walk, ns: NetnsState, dev: string, skb: Skb, hit: RouteHit): Underway {
  const { packet } = skb;
  if (packet.pkttype !== 'host') return { kind: 'lost', ns, why: { kind: 'not-addressed-here' } };
  if (skb.tproxy !== undefined) {
    walk.step(ns, skb, { kind: 'drop', where: dev, text: wordsOf(UNROUTED_TPROXY), cause: causeOf(UNROUTED_TPROXY) });
    return { kind: 'lost', ns, why: UNROUTED_TPROXY };
  }
  if (packet.ttl <= 1) {
    const answer = packet.family === 4 ? 'icmp-ttl-exceeded' : 'icmp6-hop-limit';
    return {
      kind: 'refused',
      ns,
      skb,
      with: answer,
      hook: undefined,
      dev,
      why: { kind: 'ttl-exceeded', netns: ns.name, family: packet.family },
    };
  }
  if (typeof packet.src === 'bigint' && packet.src >> 118n === 0x3fan) {
    const why = { kind: 'beyond-scope', netns: ns.name, src: packet.src } as const;
    return { kind: 'refused', ns, skb, with: 'icmp6-beyond-scope', hook: undefined, dev, why };
  }
  packet.ttl -= 1;
  skb.dst = hit;
  skb.socket = undefined;
  return nfHook(walk, ns, skb, { hook: 'FORWARD', in: dev, out: hit.dev }) ?? ipOutput(walk, ns, skb, hit, dev);
}

/**
 * ip_rcv, ipv6_rcv: a packet reaches the IP layer.
 * @param hookDone PREROUTING was met on the bridge already (ip_sabotage_in).
 */
export function ipReceive(walk: Walk, ns: NetnsState, dev: string, skb: Skb, hookDone: boolean): Underway {
  if (skb.packet.family === 6 && ns.interfaces.get(dev)?.detail.kind !== 'loopback') {
    const odd = martianIpv6(skb, dev);
    if (odd !== undefined) {
      walk.step(ns, skb, { kind: 'drop', where: dev, text: wordsOf(odd), cause: causeOf(odd) });
      return { kind: 'lost', ns, why: odd };
    }
  }
  if (!hookDone) {
    // nf_nat_ipv4_pre_routing, nf_nat_ipv6_in: what is translated is routed anew
    const anew = (): undefined => void (skb.dst = undefined);
    const fate = nfHook(walk, ns, skb, { hook: 'PREROUTING', in: dev, out: '' }, undefined, anew);
    if (fate !== undefined) return fate;
  }
  // a packet that loopback hands back keeps the route it was sent by
  const kept = skb.dst;
  if (kept !== undefined && kept.kind !== 'error')
    return kept.kind === 'unicast' ? forward(walk, ns, dev, skb, kept) : localDeliver(walk, ns, dev, skb);
  const route = routeInput(walk, ns, dev, skb);
  if (route.kind === 'end') return route.fate;
  return route.hit.kind === 'unicast' ? forward(walk, ns, dev, skb, route.hit) : deliverAnew(walk, ns, dev, skb);
}

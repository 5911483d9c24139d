import type { Ip } from '../../address/ip.js';
import { tupleOf } from '../conntrack/conntrack.js';
import type { Tuple } from '../conntrack/entry.js';
import { drain } from '../walk/backlog.js';
import type { Fate } from '../walk/fate.js';
import { noteRoute } from '../fib/note.js';
import { answersFor } from '../link/answers-for.js';
import { OUTSIDE_MAC, UNLISTED_MAC } from '../link/outside.js';
import { segmentBehind, segmentOf } from '../link/segment.js';
import type { BroadcastSegment } from '../link/segment-type.js';
import type { Device } from '../machine/device.js';
import type { Machine } from '../machine/machine.js';
import { MissingListing } from '../walk/missing-listing.js';
import type { NetnsState } from '../machine/netns-state.js';
import { acknowledgement, firstPacket } from './probe.js';
import { newSkb } from '../walk/skb.js';
import type { RouteResult } from '../fib/result.js';
import type { Packet } from '../../model/packet.js';
import { deviceReceive } from '../stack/device.js';
import { localOut, outputKey, routeOutput, routeUnbound } from '../stack/output.js';
import type { Walk } from '../walk/walk.js';
import type { ConnectionAttempt } from './question.js';
import { wayIn } from './way-in.js';

/** Where a first packet ended, and how it was sent. */
export interface Sent {
  readonly fate: Fate;
  readonly tuple: Tuple | undefined;
  /** The route that a socket of a namespace sends by from then on (sk_dst_cache). */
  readonly route?: RouteResult;
}

/** A socket sends its first packet (ip_route_connect, ip6_dst_lookup_flow): the route first without, then with its source. */
function sendFromNetns(walk: Walk, question: ConnectionAttempt, ns: NetnsState, bound: Ip | undefined): Sent {
  const packet = firstPacket(question.proto, {
    src: bound ?? (typeof question.dst === 'number' ? 0 : 0n),
    sport: question.sport,
    dst: question.dst,
    dport: question.dport,
  });
  const skb = newSkb(packet, question.leg, false, { netns: ns.name, ...question.opener });
  const first =
    bound === undefined ? routeUnbound(walk, ns, skb, '') : { route: routeOutput(walk, ns, outputKey(skb, '', bound)), src: bound };
  let { route } = first;
  if (bound === undefined && route.kind !== 'error') {
    const { src } = first;
    const lack = src === undefined ? ns.addressesLack(packet.family) : undefined;
    if (lack !== undefined) throw new MissingListing(lack);
    if (src === undefined)
      return {
        fate: { kind: 'local-error', ns, errno: 'EADDRNOTAVAIL', why: { kind: 'no-source-address', netns: ns.name } },
        tuple: undefined,
      };
    packet.src = src;
    if (question.proto !== 'icmp' && packet.family === 4) route = routeOutput(walk, ns, outputKey(skb, '', src));
  }
  const what = question.proto === 'icmp' ? 'echo request' : question.proto === 'tcp' ? 'SYN' : 'datagram';
  walk.note({ kind: 'send', what, netns: ns.name, leg: skb.leg, reply: false, packet: walk.view(skb) });
  noteRoute(walk, ns, skb, 'output', route);
  const tuple = tupleOf(packet);
  if (route.kind === 'error') return { fate: drain(walk, localOut(walk, ns, skb, { hit: route })), tuple };
  if (route.kind === 'broadcast' && question.proto === 'tcp')
    return { fate: { kind: 'local-error', ns, errno: 'ENETUNREACH', why: { kind: 'broadcast-destination', dst: packet.dst } }, tuple };
  return { fate: drain(walk, localOut(walk, ns, skb, { hit: route })), tuple, route };
}

/** Senders kept for each device; beyond that all are forgotten. */
const MOST_REMEMBERED = 10_000;

/** The frame of an outside machine's packet comes from it, or from the router the host would answer by. */
function outsideMac(machine: Machine, ns: NetnsState, dev: string, src: Ip): string {
  const known = machine.outsideMacs.of(ns, dev);
  let mac = known.get(src);
  if (mac === undefined) {
    mac = findOutsideMac(ns, dev, src);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(src, mac);
  }
  return mac;
}

function findOutsideMac(ns: NetnsState, dev: string, src: Ip): string {
  const back = ns.routeTo(src, { oif: dev });
  const nexthop = back.kind === 'error' ? src : (back.via ?? src);
  return ns.neighbour(dev, nexthop)?.mac ?? OUTSIDE_MAC;
}

/** Who on a segment answers for an address, other than the host. */
function stationOf({ stations }: BroadcastSegment, host: NetnsState, ip: Ip): Device | undefined {
  return stations.find((s) => s.ns !== host && s.ns.ownsOn(s.iface.name, ip) && answersFor(s, ip).answers);
}

/** The address of somebody on a link whom no station of the snapshot is: what the host has learnt of it, else one that nobody here has. */
function neighbourMac(ns: NetnsState, dev: string, ip: Ip): string {
  return ns.neighbour(dev, ip)?.mac ?? UNLISTED_MAC;
}

/** An outside machine's packet comes in: addressed to whoever on the link answers for the destination, else to the host. */
function sendFromOutside(walk: Walk, question: ConnectionAttempt, ns: NetnsState, dev: string, packet: Packet): Sent {
  const { src } = packet;
  const own = ns.ports.get(dev)?.bridge ?? dev;
  walk.outsider ??= { ns, on: (at, by, ip) => at === ns && by === own && ip === src };
  const skb = newSkb(packet, question.leg, false);
  const way = wayIn(walk, ns, dev, src, question.dst);
  if (way.kind === 'missing') return { fate: { kind: 'missing', ns, what: way.what }, tuple: tupleOf(packet) };
  packet.srcMac = outsideMac(walk.machine, ns, own, src);
  const tuple = tupleOf(packet);
  if (way.kind === 'port') {
    packet.dstMac = stationOf(segmentOf(walk.machine, ns, own), ns, question.dst)?.iface.mac ?? neighbourMac(ns, own, question.dst);
    return { fate: drain(walk, walk.stack.bridgeInput(walk, ns, way.port, skb)), tuple };
  }
  const mac = stationOf(segmentBehind(walk.machine, ns, way.dev), ns, question.dst)?.iface.mac ?? ns.interfaces.get(own)?.mac;
  if (mac !== undefined) packet.dstMac = mac;
  return { fate: drain(walk, deviceReceive(walk, ns, way.dev, skb)), tuple };
}

/** Sends the first packet of a connection and follows it to its end. */
export function send(walk: Walk, question: ConnectionAttempt): Sent {
  const { client, proto, sport, dst, dport } = question;
  return client.kind === 'netns'
    ? sendFromNetns(walk, question, client.ns, client.src)
    : sendFromOutside(walk, question, client.ns, client.dev, firstPacket(proto, { src: client.src, sport, dst, dport }));
}

/** Sends the segment by which the client takes the SYN-ACK, the way that its SYN went, and follows it to its end. */
export function acknowledge(walk: Walk, question: ConnectionAttempt, { tuple, route }: Sent & { readonly tuple: Tuple }): Fate {
  const { client, leg, opener } = question;
  const packet = acknowledgement(tuple);
  if (client.kind === 'outside') return sendFromOutside(walk, question, client.ns, client.dev, packet).fate;
  const skb = newSkb(packet, leg, false, { netns: client.ns.name, ...opener });
  return drain(walk, localOut(walk, client.ns, skb, route === undefined ? {} : { hit: route }));
}

import { PROTO, type Packet } from '../../model/packet.js';
import type { Connection, Tuple, Zone } from './entry.js';
import { tcpNext, tcpOpens, type TcpState } from './tcp-state.js';
import type { Skb } from '../walk/skb.js';

const DEFAULT_ZONE: Zone = { id: 0, dir: 'both' };

/** nf_ct_zone_id. */
function idIn(zone: Zone, dir: 'orig' | 'reply'): number {
  return zone.dir === 'both' || zone.dir === dir ? zone.id : 0;
}

/** nf_ct_zone_tmpl: the zone that a packet's template asks for. */
function zoneOf(skb: Skb): Zone {
  if (skb.template === undefined) return DEFAULT_ZONE;
  const { id, dir } = skb.template;
  return { id: id === 'mark' ? skb.packet.mark & 0xffff : id, dir };
}

/** @returns the tuple of a packet (nf_ct_get_tuple). */
export function tupleOf(packet: Packet): Tuple {
  const { proto, src, dst, sport, dport } = packet;
  return { proto, src, dst, sport, dport };
}

/** @returns the tuple of the answer (nf_ct_invert_tuple). */
export function invert(tuple: Tuple): Tuple {
  return { proto: tuple.proto, src: tuple.dst, dst: tuple.src, sport: tuple.dport, dport: tuple.sport };
}

/** @returns whether two tuples are one. */
export function sameTuple(a: Tuple, b: Tuple): boolean {
  return a.src === b.src && a.dst === b.dst && a.sport === b.sport && a.dport === b.dport && a.proto === b.proto;
}

/** Whether a segment in the middle of a connection opens an entry (nf_conntrack_tcp_loose); asked only where it comes to that. */
type IsLoose = () => boolean;

/** tcp_new. @returns the state in which a segment that belongs to no entry opens one; undefined where it opens none. */
function opensStream(packet: Packet, isLoose: IsLoose): TcpState | undefined {
  const state = tcpOpens(packet.tcpFlags);
  if (state !== 'picks-up') return state;
  return isLoose() ? 'ESTABLISHED' : undefined;
}

/** Whether conntrack opens an entry for a packet that belongs to none (icmp_new and its likes). */
function opensConnection(packet: Packet): boolean {
  switch (packet.proto) {
    case PROTO.ICMP:
      return packet.icmpType === 8 || packet.icmpType === 13 || packet.icmpType === 15 || packet.icmpType === 17;
    case PROTO.ICMPV6:
      return packet.icmpType === 128;
    default:
      return true;
  }
}

/** nf_conntrack_icmpv6_error leaves neighbour and multicast discovery untracked. */
function isNeighbourDiscovery(packet: Packet): boolean {
  return packet.proto === PROTO.ICMPV6 && ((packet.icmpType >= 130 && packet.icmpType <= 137) || packet.icmpType === 143);
}

/** nf_conntrack_handle_packet: whether a packet fits the state of its connection, which it may change. */
function isValid(connection: Connection, { proto, tcpFlags }: Packet, reply: boolean): boolean {
  if (proto !== PROTO.TCP) return true;
  const next = tcpNext(connection.tcp, tcpFlags, reply);
  if (next !== undefined) connection.tcp = next;
  return next !== undefined;
}

/** The conntrack table of one trace: every entry that its packets made, over all namespaces. */
export class ConntrackTable {
  private readonly connections: Connection[] = [];

  /**
   * nf_conntrack_in: finds or opens the entry of a packet and attaches it. A packet that can open none, or that does not fit the state of
   * its stream, stays INVALID.
   */
  enter(netns: string, skb: Skb, isLoose: IsLoose): void {
    if (skb.ct !== undefined || skb.untracked) return;
    if (isNeighbourDiscovery(skb.packet)) {
      skb.untracked = true;
      return;
    }
    if (skb.related !== undefined) return this.attachRelated(netns, skb, skb.related);
    const tuple = tupleOf(skb.packet);
    const zone = zoneOf(skb);
    skb.template = undefined;
    for (const connection of this.connections) {
      if (connection.netns !== netns) continue;
      if (idIn(connection.zone, 'reply') === idIn(zone, 'reply') && sameTuple(connection.reply, tuple)) {
        if (!isValid(connection, skb.packet, true)) return;
        connection.seenReply = true;
        skb.ct = { connection, reply: true, info: 'ESTABLISHED' };
        return;
      }
      if (idIn(connection.zone, 'orig') === idIn(zone, 'orig') && sameTuple(connection.original, tuple)) {
        if (!isValid(connection, skb.packet, false)) return;
        skb.ct = { connection, reply: false, info: connection.seenReply ? 'ESTABLISHED' : 'NEW' };
        return;
      }
    }
    const tcp = skb.packet.proto === PROTO.TCP ? opensStream(skb.packet, isLoose) : 'NONE';
    if (tcp === undefined || !opensConnection(skb.packet)) return;
    skb.ct = { connection: this.open(netns, zone, tuple, tcp), reply: false, info: 'NEW' };
  }

  /** nf_conntrack_tuple_taken: whether another entry knows the packets that would answer this connection. */
  isTaken({ netns, zone, reply, ...own }: Connection): boolean {
    return this.connections.some(
      (other) =>
        other.netns === netns &&
        other.original !== own.original &&
        ((idIn(other.zone, 'orig') === idIn(zone, 'reply') && sameTuple(other.original, reply)) ||
          (idIn(other.zone, 'reply') === idIn(zone, 'reply') && sameTuple(other.reply, reply))),
    );
  }

  /** nf_conntrack_inet_error: an ICMP error belongs to the connection of the packet it quotes, if it goes to whoever sent that; else it is INVALID. */
  private attachRelated(netns: string, skb: Skb, quoted: Tuple): void {
    const answer = invert(quoted);
    const zone = zoneOf(skb);
    skb.template = undefined;
    if (skb.packet.dst !== answer.dst) return;
    for (const connection of this.connections) {
      if (connection.netns !== netns) continue;
      if (idIn(connection.zone, 'reply') === idIn(zone, 'reply') && sameTuple(connection.reply, answer))
        skb.ct = { connection, reply: true, info: 'RELATED' };
      else if (idIn(connection.zone, 'orig') === idIn(zone, 'orig') && sameTuple(connection.original, answer))
        skb.ct = { connection, reply: false, info: 'RELATED' };
      else continue;
      return;
    }
  }

  private open(netns: string, zone: Zone, original: Tuple, tcp: TcpState): Connection {
    const connection: Connection = {
      netns,
      zone,
      original,
      reply: invert(original),
      srcNat: false,
      dstNat: false,
      srcNatDone: false,
      dstNatDone: false,
      seenReply: false,
      confirmed: false,
      tcp,
      mark: 0,
    };
    this.connections.push(connection);
    return connection;
  }
}

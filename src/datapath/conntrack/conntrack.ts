import { PROTO, type Packet, TCP_FLAG } from '../../model/packet.js';
import type { Connection, Tuple, Zone } from './entry.js';
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

/** Whether conntrack opens an entry for a packet that belongs to none (tcp_new, icmp_new and their likes). */
function opensConnection(packet: Packet): boolean {
  switch (packet.proto) {
    case PROTO.TCP:
      return (packet.tcpFlags & TCP_FLAG.RST) === 0 && (packet.tcpFlags & (TCP_FLAG.SYN | TCP_FLAG.ACK)) !== (TCP_FLAG.SYN | TCP_FLAG.ACK);
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

/** The conntrack table of one trace: every entry that its packets made, over all namespaces. */
export class ConntrackTable {
  private readonly connections: Connection[] = [];

  /** nf_conntrack_in: finds or opens the entry of a packet and attaches it. A packet that can open none stays INVALID. */
  enter(netns: string, skb: Skb): void {
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
        connection.seenReply = true;
        skb.ct = { connection, reply: true, info: 'ESTABLISHED' };
        return;
      }
      if (idIn(connection.zone, 'orig') === idIn(zone, 'orig') && sameTuple(connection.original, tuple)) {
        skb.ct = { connection, reply: false, info: connection.seenReply ? 'ESTABLISHED' : 'NEW' };
        return;
      }
    }
    if (!opensConnection(skb.packet)) return;
    skb.ct = { connection: this.open(netns, zone, tuple), reply: false, info: 'NEW' };
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

  /** nf_conntrack_inet_error: an ICMP error belongs to the connection of the packet it quotes. */
  private attachRelated(netns: string, skb: Skb, quoted: Tuple): void {
    const answer = invert(quoted);
    const zone = zoneOf(skb);
    skb.template = undefined;
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

  private open(netns: string, zone: Zone, original: Tuple): Connection {
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
      mark: 0,
    };
    this.connections.push(connection);
    return connection;
  }
}

import type { Family, Ip } from '../address/ip.js';

/** IP protocol numbers that carry fields this model reads (IANA). */
export const PROTO = {
  ICMP: 1,
  IGMP: 2,
  TCP: 6,
  UDP: 17,
  DCCP: 33,
  GRE: 47,
  ESP: 50,
  AH: 51,
  ICMPV6: 58,
  SCTP: 132,
  UDPLITE: 136,
} as const;

/** TCP flag bits as in the header. */
export const TCP_FLAG = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128 } as const;

/** skb->pkt_type (if_packet.h). */
export type PacketType = 'host' | 'broadcast' | 'multicast' | 'otherhost';

/** One packet as it stands at one point of its path. Mutable: the datapath copies before it hands one out. */
export interface Packet {
  readonly family: Family;
  /** IP protocol number. */
  readonly proto: number;
  src: Ip;
  dst: Ip;
  /** TCP, UDP, SCTP, DCCP, UDP-Lite; 0 otherwise. For an ICMP echo `sport` holds its id. */
  sport: number;
  dport: number;
  /** ICMP and ICMPv6; -1 otherwise. */
  readonly icmpType: number;
  readonly icmpCode: number;
  /** 0 unless TCP. */
  readonly tcpFlags: number;
  /** skb->mark: lost when the packet changes namespace. */
  mark: number;
  ttl: number;
  /** The whole TOS / traffic class byte. */
  tos: number;
  /** L3 length in bytes, header included. */
  readonly length: number;
  /** TCP payload or UDP data; empty for a SYN. */
  readonly payload: Uint8Array;
  /** Link-layer addresses of the frame it is in; undefined on links that have none. */
  srcMac: string | undefined;
  dstMac: string | undefined;
  pkttype: PacketType;
}

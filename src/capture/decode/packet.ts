import * as KIND from '../numbers/kind.js';

export * as KIND from '../numbers/kind.js';
export * as PROTO from '../numbers/proto.js';
export * as TCP from '../numbers/tcp.js';

/** The direction that cooked captures tell; `unknown` in all others. */
export const WAY = { unknown: 0, in: 1, out: 2 } as const;

/**
 * A decoded packet. One object serves all packets of a capture: its fields are indexes into the bytes and 32-bit numbers (signed: `>>> 0` to show
 * one), so that nothing is allocated for a packet.
 */
export class DecodedPacket {
  bytes: Buffer = Buffer.alloc(0);
  kind: number = KIND.other;
  /** 4, 6, or 0 where it is not IP. */
  family = 0;
  /** Where the IP header begins. */
  ipAt = 0;
  srcAt = 0;
  dstAt = 0;
  protocol = 0;
  /** From the IP header on, as its length field says. */
  ipLength = 0;
  /** IPv4 identification, or that of an IPv6 fragment header. */
  ipId = 0;
  ttl = 0;
  /** In bytes; more than 0 means that there are no ports to see. */
  fragmentOffset = 0;
  moreFragments = false;
  sport = 0;
  dport = 0;
  /** TCP. */
  seq = 0;
  ack = 0;
  flags = 0;
  icmpType = 0;
  icmpCode = 0;
  /** ICMP echo. */
  echoId = 0;
  echoSeq = 0;
  /** What the transport header carries: where, how many bytes on the wire, and where the captured ones end. */
  payloadAt = 0;
  payloadLength = 0;
  end = 0;
  /** Where the packet that an ICMP error quotes begins, or -1. */
  quotedAt = -1;
  /** Ethernet addresses, or -1. */
  srcMacAt = -1;
  dstMacAt = -1;
  /** Of a cooked capture, or 0. */
  ifindex = 0;
  way: number = WAY.unknown;
  /** Innermost VLAN, or -1. */
  vlan = -1;
  /** VXLAN network that the packet travelled in, or -1. */
  vni = -1;
  /** Where a frame inside this packet begins, or -1; set while the outer one is decoded. */
  innerAt = -1;
}

/** @returns two bytes in network order. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** @returns four bytes in network order, as a signed number. */
export function i32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

import { decodeIp } from './ip.js';
import { KIND, WAY, i32, u16 } from './packet.js';
import type { DecodedPacket } from './packet.js';

/** LINKTYPE_ values that carry IP in a way read here. */
export const LINK = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  sll: 113,
  ipv4: 228,
  ipv6: 229,
  sll2: 276,
} as const;

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
const SNAP = 0xaaaa;
/** 802.3 frames hold a length where Ethernet II has a type. */
const LARGEST_LENGTH = 1500;
const OUTGOING = 4;
/** AF_INET6 of Linux, the BSDs, FreeBSD, macOS and Windows: null captures hold the sender's own number. */
const AF_INET = 2;
const AF_INET6: ReadonlySet<number> = new Set([10, 23, 24, 28, 30]);
const MOST_TAGS = 8;

/**
 * Decodes one packet into `out`, from its link header to the transport header; of a VXLAN packet (RFC 7348) the inner one.
 * @param at where it begins in `out.bytes`; @param end where its captured bytes end.
 * @returns nothing: `out.kind` tells how far it came. Never throws, whatever the bytes.
 */
export function decodePacket(out: DecodedPacket, linktype: number, at: number, end: number): void {
  out.kind = KIND.other;
  out.family = 0;
  out.srcMacAt = -1;
  out.dstMacAt = -1;
  out.ifindex = 0;
  out.way = WAY.unknown;
  out.vlan = -1;
  out.vni = -1;
  out.quotedAt = -1;
  out.innerAt = -1;
  decodeLink(out, linktype, at, end);
  if (out.innerAt >= 0) decodeEthernet(out, out.innerAt, out.end);
}

function decodeLink(out: DecodedPacket, linktype: number, at: number, end: number): void {
  switch (linktype) {
    case LINK.ethernet:
      return decodeEthernet(out, at, end);
    case LINK.sll:
      return decodeSll(out, at, end);
    case LINK.sll2:
      return decodeSll2(out, at, end);
    case LINK.raw:
    case LINK.rawBsd:
    case LINK.rawOpenBsd:
    case LINK.ipv4:
    case LINK.ipv6:
      return decodeIp(out, at, end);
    case LINK.null:
    case LINK.loop:
      return decodeNull(out, at, end);
  }
}

/** An Ethernet frame; also what VXLAN carries. */
function decodeEthernet(out: DecodedPacket, at: number, end: number): void {
  if (end - at < 14) return;
  out.dstMacAt = at;
  out.srcMacAt = at + 6;
  const type = u16(out.bytes, at + 12);
  if (type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6) decodeIp(out, at + 14, end);
  else byType(out, type, at + 14, end);
}

/** Linux cooked capture: packet type, ARPHRD, address length, address, protocol. */
function decodeSll(out: DecodedPacket, at: number, end: number): void {
  if (end - at < 16) return;
  out.way = u16(out.bytes, at) === OUTGOING ? WAY.out : WAY.in;
  if (u16(out.bytes, at + 4) === 6) out.srcMacAt = at + 6;
  byType(out, u16(out.bytes, at + 14), at + 16, end);
}

/** Version 2: protocol, reserved, interface index, ARPHRD, packet type, address length, address. */
function decodeSll2(out: DecodedPacket, at: number, end: number): void {
  if (end - at < 20) return;
  out.ifindex = i32(out.bytes, at + 4);
  out.way = out.bytes[at + 10] === OUTGOING ? WAY.out : WAY.in;
  if (out.bytes[at + 11] === 6) out.srcMacAt = at + 12;
  byType(out, u16(out.bytes, at), at + 20, end);
}

/** BSD loopback: an address family in the byte order of the machine that captured, or (loop) of the network. */
function decodeNull(out: DecodedPacket, at: number, end: number): void {
  if (end - at < 4) return;
  const big = i32(out.bytes, at) >>> 0;
  const family = big > 0xffff ? out.bytes.readUInt32LE(at) : big;
  if (family === AF_INET || AF_INET6.has(family)) decodeIp(out, at + 4, end);
}

/** Goes by an EtherType, past VLAN tags (802.1Q, 802.1ad and its forerunners) and a SNAP header. */
function byType(out: DecodedPacket, first: number, from: number, end: number): void {
  let type = first;
  let at = from;
  for (let tags = 0; isTag(type) && tags < MOST_TAGS; tags++) {
    if (end - at < 4) return;
    out.vlan = u16(out.bytes, at) & 0xfff;
    type = u16(out.bytes, at + 2);
    at += 4;
  }
  if (type <= LARGEST_LENGTH && end - at >= 8 && u16(out.bytes, at) === SNAP) {
    type = u16(out.bytes, at + 6);
    at += 8;
  }
  if (type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6) decodeIp(out, at, end);
}

function isTag(type: number): boolean {
  return type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200;
}

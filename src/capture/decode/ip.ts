import { decodeIcmp, decodeTcp, decodeUdp } from './transport.js';
import { KIND, PROTO, i32, u16 } from './packet.js';
import type { DecodedPacket } from './packet.js';

/** IPv6 extension headers that a transport header may follow (IANA). */
const EXT = { hopByHop: 0, routing: 43, fragment: 44, auth: 51, destination: 60, mobility: 135, hip: 139, shim6: 140 } as const;
const MOST_HEADERS = 16;

/** Decodes an IPv4 or IPv6 packet, told by its first four bits. */
export function decodeIp(out: DecodedPacket, at: number, end: number): void {
  if (end <= at) return;
  const version = out.bytes[at]! >> 4;
  out.ipAt = at;
  if (version === 4) decodeIpv4(out, at, end);
  else if (version === 6) decodeIpv6(out, at, end);
}

/** RFC 791, section 3.1. A total length of 0 is what segmentation offload leaves: the captured bytes count. */
function decodeIpv4(out: DecodedPacket, at: number, end: number): void {
  const { bytes } = out;
  out.kind = KIND.malformed;
  if (end - at < 20) return;
  const header = (bytes[at]! & 15) * 4;
  const total = u16(bytes, at + 2);
  const fragment = u16(bytes, at + 6);
  out.family = 4;
  out.srcAt = at + 12;
  out.dstAt = at + 16;
  out.ipLength = total === 0 ? end - at : total;
  out.ipId = u16(bytes, at + 4);
  out.ttl = bytes[at + 8]!;
  out.fragmentOffset = (fragment & 0x1fff) * 8;
  out.moreFragments = (fragment & 0x2000) !== 0;
  if (header < 20 || out.ipLength < header) return;
  transport(out, bytes[at + 9]!, at + header, out.ipLength - header, end);
}

/** RFC 8200, sections 3 and 4. A payload length of 0 means a jumbogram or offload. */
function decodeIpv6(out: DecodedPacket, at: number, end: number): void {
  const { bytes } = out;
  out.kind = KIND.malformed;
  if (end - at < 40) return;
  const length = u16(bytes, at + 4);
  out.family = 6;
  out.srcAt = at + 8;
  out.dstAt = at + 24;
  out.ipLength = length === 0 ? end - at : length + 40;
  out.ipId = 0;
  out.ttl = bytes[at + 7]!;
  out.fragmentOffset = 0;
  out.moreFragments = false;
  let next = bytes[at + 6]!;
  let from = at + 40;
  for (let headers = 0; isExtension(next); headers++) {
    if (headers === MOST_HEADERS || end - from < 8) return;
    const this_ = next;
    next = bytes[from]!;
    if (this_ === EXT.fragment) {
      const field = u16(bytes, from + 2);
      out.fragmentOffset = field & 0xfff8;
      out.moreFragments = (field & 1) !== 0;
      out.ipId = i32(bytes, from + 4);
      from += 8;
      if (out.fragmentOffset > 0) break;
    } else from += this_ === EXT.auth ? (bytes[from + 1]! + 2) * 4 : (bytes[from + 1]! + 1) * 8;
  }
  const rest = out.ipLength - (from - at);
  if (rest >= 0) transport(out, next, from, rest, end);
}

function isExtension(next: number): boolean {
  switch (next) {
    case EXT.hopByHop:
    case EXT.routing:
    case EXT.fragment:
    case EXT.auth:
    case EXT.destination:
    case EXT.mobility:
    case EXT.hip:
    case EXT.shim6:
      return true;
    default:
      return false;
  }
}

/** @param length bytes of the IP payload on the wire; @param end where the captured ones end, link padding included. */
function transport(out: DecodedPacket, protocol: number, at: number, length: number, end: number): void {
  out.protocol = protocol;
  out.sport = 0;
  out.dport = 0;
  out.payloadAt = at;
  out.payloadLength = length;
  out.end = Math.min(end, at + length);
  out.kind = KIND.ip;
  if (out.fragmentOffset > 0) return;
  switch (protocol) {
    case PROTO.tcp:
      return decodeTcp(out, at, length);
    case PROTO.udp:
      return decodeUdp(out, at, length);
    case PROTO.icmp:
    case PROTO.icmpv6:
      return decodeIcmp(out, at, length);
  }
}

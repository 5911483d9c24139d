import { KIND, PROTO, i32, u16 } from './packet.js';
import type { DecodedPacket } from './packet.js';

/** Ports that VXLAN is spoken on: IANA's, and the one that Linux used before. */
const VXLAN_PORT = 4789;
const VXLAN_PORT_LINUX = 8472;
const VXLAN_FLAGS = 0x08;

/** RFC 9293, section 3.1. Only the first 14 bytes are needed. */
export function decodeTcp(out: DecodedPacket, at: number, length: number): void {
  const { bytes } = out;
  if (out.end - at < 14) {
    portsAlone(out, at);
    return;
  }
  const header = (bytes[at + 12]! >> 4) * 4;
  if (header < 20 || header > length) {
    out.kind = KIND.malformed;
    return;
  }
  out.sport = u16(bytes, at);
  out.dport = u16(bytes, at + 2);
  out.seq = i32(bytes, at + 4);
  out.ack = i32(bytes, at + 8);
  out.flags = bytes[at + 13]! & 0x3f;
  out.payloadAt = at + header;
  out.payloadLength = length - header;
}

/** A snapshot length may leave the ports and little else; what an ICMP error quotes is no longer. */
function portsAlone(out: DecodedPacket, at: number): void {
  out.kind = KIND.malformed;
  if (out.end - at < 4) return;
  out.sport = u16(out.bytes, at);
  out.dport = u16(out.bytes, at + 2);
}

/** RFC 768; a VXLAN datagram (RFC 7348) tells where its inner frame is. */
export function decodeUdp(out: DecodedPacket, at: number, length: number): void {
  const { bytes } = out;
  if (out.end - at < 8) {
    portsAlone(out, at);
    return;
  }
  out.sport = u16(bytes, at);
  out.dport = u16(bytes, at + 2);
  out.payloadAt = at + 8;
  out.payloadLength = length - 8;
  if ((out.dport === VXLAN_PORT || out.dport === VXLAN_PORT_LINUX) && out.vni < 0) decodeVxlan(out);
}

/** Notes the frame inside where that is IP; a tunnel within a tunnel is left as it is. */
function decodeVxlan(out: DecodedPacket): void {
  const at = out.payloadAt;
  if (out.end - at < 8 + 14 || out.bytes[at] !== VXLAN_FLAGS) return;
  const type = u16(out.bytes, at + 8 + 12);
  if (type !== 0x0800 && type !== 0x86dd && type !== 0x8100) return;
  out.vni = i32(out.bytes, at + 4) >>> 8;
  out.innerAt = at + 8;
}

/** RFC 792 and RFC 4443: echoes have an identifier and a sequence number, errors quote the packet they are about. */
export function decodeIcmp(out: DecodedPacket, at: number, length: number): void {
  const { bytes } = out;
  if (out.end - at < 8) {
    out.kind = KIND.malformed;
    return;
  }
  out.icmpType = bytes[at]!;
  out.icmpCode = bytes[at + 1]!;
  out.payloadAt = at + 8;
  out.payloadLength = length - 8;
  if (isIcmpError(out.protocol, out.icmpType)) out.quotedAt = at + 8;
  const echo = isEcho(out.protocol, out.icmpType);
  out.echoId = echo ? u16(bytes, at + 4) : 0;
  out.echoSeq = echo ? u16(bytes, at + 6) : 0;
}

/** @returns whether a message reports what became of another packet: unreachable, quench, redirect, time exceeded, parameter problem, too big. */
export function isIcmpError(protocol: number, type: number): boolean {
  return protocol === PROTO.icmp ? type === 3 || type === 4 || type === 5 || type === 11 || type === 12 : type < 128;
}

/** @returns whether it is an echo request or reply. */
export function isEcho(protocol: number, type: number): boolean {
  return protocol === PROTO.icmp ? type === 8 || type === 0 : type === 128 || type === 129;
}

/** @returns whether a message is part of no conversation: neighbour and router discovery, multicast groups, timestamps, node information. */
export function isIcmpControl(protocol: number, type: number): boolean {
  return (protocol === PROTO.icmp || protocol === PROTO.icmpv6) && !isEcho(protocol, type) && !isIcmpError(protocol, type);
}

/** @returns whether it is an echo request. */
export function isEchoRequest(protocol: number, type: number): boolean {
  return protocol === PROTO.icmp ? type === 8 : type === 128;
}

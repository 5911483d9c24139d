import { parseIp, type Ip } from '../../../src/address/ip.js';
import { PROTO, TCP_FLAG, type Packet } from '../../../src/model/packet.js';
import type { Rng } from '../generate/rng.js';

/** Who sends it: a machine that is routed from, one on the bridge, or the router itself. */
export type Sender = 'a' | 'c' | 'r';

/** A packet as the model knows it, and what goes over the wire. */
export interface Sent {
  readonly sender: Sender;
  readonly packet: Packet;
  /** The fragment's place, in units of 8 bytes: 0 for whole packets and for first fragments. */
  readonly fragment: number;
  /** From the network header on. */
  readonly bytes: Buffer;
}

export const ADDRESSES: Readonly<Record<Sender, Readonly<Record<4 | 6, readonly string[]>>>> = {
  a: { 4: ['10.2.0.2', '10.2.0.3', '10.1.0.1', '10.2.0.1', '10.3.0.3'], 6: ['fd02::2', 'fd02::3', 'fd01::1', 'fd02::1', 'fd03::3'] },
  c: { 4: ['10.3.0.3', '10.3.0.1', '10.2.0.2'], 6: ['fd03::3', 'fd03::1', 'fd02::2'] },
  r: { 4: ['10.2.0.2', '10.1.0.2', '10.3.0.3'], 6: ['fd02::2', 'fd01::2', 'fd03::3'] },
};
export const SOURCES: Readonly<Record<Sender, Readonly<Record<4 | 6, readonly string[]>>>> = {
  a: { 4: ['10.1.0.2', '10.1.0.77'], 6: ['fd01::2', 'fd01::77'] },
  c: { 4: ['10.3.0.2', '10.3.0.99'], 6: ['fd03::2', 'fd03::99'] },
  r: { 4: ['10.1.0.1', '10.2.0.1'], 6: ['fd01::1', 'fd02::1'] },
};
export const PORTS = [0, 1, 22, 53, 80, 443, 1023, 1024, 8080, 40000, 65535];
const ICMP4 = [0, 3, 5, 8, 8, 11, 12, 13, 17, 30, 254];
const ICMP6 = [1, 2, 3, 4, 128, 128, 129, 144, 200];

/** Options of a Linux SYN: maximum segment size, SACK permitted, timestamps, window scale. */
const SYN_OPTIONS = Buffer.from('020405b40402080a000000010000000001030307', 'hex');

function tcpBytes(sport: number, dport: number, flags: number, options: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(sport, 0);
  head.writeUInt16BE(dport, 2);
  head.writeUInt32BE(7, 4);
  head[12] = ((20 + options.length) / 4) << 4;
  head[13] = flags;
  head.writeUInt16BE(64240, 14);
  return Buffer.concat([head, options]);
}

function udpBytes(sport: number, dport: number, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(sport, 0);
  head.writeUInt16BE(dport, 2);
  head.writeUInt16BE(8 + data.length, 4);
  return Buffer.concat([head, data]);
}

function ipBytes(ip: Ip): Buffer {
  return Buffer.from(
    BigInt(ip)
      .toString(16)
      .padStart(typeof ip === 'number' ? 8 : 32, '0'),
    'hex',
  );
}

/** The one's complement sum (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Writes the transport's checksum: a forwarding kernel does not look at it, one that the packet is for may. */
function summed(packet: Packet, l4: Buffer): Buffer {
  const at = { [PROTO.TCP]: 16, [PROTO.UDP]: 6, [PROTO.ICMP]: 2, [PROTO.ICMPV6]: 2 }[packet.proto];
  if (at === undefined) return l4;
  const tail = Buffer.alloc(8);
  tail.writeUInt32BE(l4.length, 0);
  tail[7] = packet.proto;
  const pseudo = packet.proto === PROTO.ICMP ? [] : [ipBytes(packet.src), ipBytes(packet.dst), tail];
  const out = Buffer.from(l4);
  out.writeUInt16BE(checksum(Buffer.concat([...pseudo, l4])) || 0xffff, at);
  return out;
}

function networkBytes(packet: Packet, fragment: number, more: boolean, l4: Buffer): Buffer {
  if (packet.family === 4) {
    const head = Buffer.alloc(20);
    head[0] = 0x45;
    head[1] = packet.tos;
    head.writeUInt16BE(packet.length, 2);
    head.writeUInt16BE(4242, 4);
    head.writeUInt16BE((more ? 0x2000 : 0) | fragment, 6);
    head[8] = packet.ttl;
    head[9] = packet.proto;
    ipBytes(packet.src).copy(head, 12);
    ipBytes(packet.dst).copy(head, 16);
    head.writeUInt16BE(checksum(head), 10);
    return Buffer.concat([head, l4]);
  }
  const head = Buffer.alloc(8);
  head.writeUInt32BE((0x60000000 | (packet.tos << 20)) >>> 0, 0);
  head.writeUInt16BE(l4.length, 4);
  head[6] = packet.proto;
  head[7] = packet.ttl;
  return Buffer.concat([head, ipBytes(packet.src), ipBytes(packet.dst), l4]);
}

interface Transport {
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly tcpFlags: number;
  readonly payload: Uint8Array;
  readonly bytes: Buffer;
}

const FLAGS = [
  TCP_FLAG.SYN,
  TCP_FLAG.SYN,
  TCP_FLAG.SYN | TCP_FLAG.ACK,
  TCP_FLAG.ACK,
  TCP_FLAG.RST | TCP_FLAG.ACK,
  TCP_FLAG.FIN | TCP_FLAG.ACK,
  TCP_FLAG.SYN | TCP_FLAG.ECE | TCP_FLAG.CWR,
  TCP_FLAG.FIN | TCP_FLAG.PSH | TCP_FLAG.URG,
  0,
  63,
];

function transport(rng: Rng, family: 4 | 6, sender: Sender): Transport {
  const plain = { sport: 0, dport: 0, icmpType: -1, icmpCode: -1, tcpFlags: 0, payload: Buffer.alloc(0) };
  const kind = rng.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp', 'icmp', 'sctp', 'other'] as const);
  const [sport, dport] = [rng.pick(PORTS), rng.pick(PORTS)];
  switch (kind) {
    case 'tcp': {
      // a program's first segment; what comes later, and resets, are not a program's
      const tcpFlags = sender === 'r' ? TCP_FLAG.SYN : rng.chance(0.8) ? rng.pick(FLAGS) : rng.int(0, 255);
      const options = (tcpFlags & TCP_FLAG.SYN) === 0 ? Buffer.alloc(0) : SYN_OPTIONS;
      return { ...plain, proto: PROTO.TCP, sport, dport, tcpFlags, bytes: tcpBytes(sport, dport, tcpFlags, options) };
    }
    case 'udp': {
      const payload = Buffer.from(rng.pick(['', 'x', 'GET / HTTP', 'dtrace path', 'a'.repeat(64)]));
      return { ...plain, proto: PROTO.UDP, sport, dport, payload, bytes: udpBytes(sport, dport, payload) };
    }
    case 'icmp': {
      // a program of this machine sends echo requests; the other kinds are the kernel's own
      const echo = family === 4 ? 8 : 128;
      const icmpType = sender === 'r' ? echo : rng.pick(family === 4 ? ICMP4 : ICMP6);
      const icmpCode = rng.pick([0, 0, 1, 3, 4, 13]);
      const bytes = Buffer.concat([Buffer.from([icmpType, icmpCode, 0, 0]), Buffer.alloc(rng.pick([4, 60]))]);
      return { ...plain, proto: family === 4 ? PROTO.ICMP : PROTO.ICMPV6, icmpType, icmpCode, bytes };
    }
    case 'sctp': {
      const proto = rng.pick([PROTO.SCTP, PROTO.DCCP, PROTO.UDPLITE]);
      const head = Buffer.alloc(32);
      head.writeUInt16BE(sport, 0);
      head.writeUInt16BE(dport, 2);
      head[4] = 5;
      return { ...plain, proto, sport, dport, bytes: head };
    }
    case 'other':
      return { ...plain, proto: rng.pick([PROTO.GRE, 89, 112, 253]), bytes: Buffer.alloc(16) };
  }
}

/** Draws a packet of any kind. */
export function drawPacket(rng: Rng): Sent {
  const sender = rng.pick(['a', 'a', 'c', 'c', 'r'] as const);
  const family = rng.chance(0.55) ? 4 : 6;
  const whole = transport(rng, family, sender);
  const asFragment = family === 4 && sender !== 'r' && rng.chance(0.15);
  const fragment = asFragment && rng.chance(0.7) ? rng.pick([8, 185]) : 0;
  const { bytes, ...l4 } = whole;
  const body = fragment === 0 ? bytes : Buffer.alloc(24, 0x41);
  const packet: Packet = {
    ...l4,
    family,
    src: parseIp(rng.pick(SOURCES[sender][family]))!,
    dst: parseIp(rng.pick(ADDRESSES[sender][family]))!,
    mark: 0,
    ttl: rng.pick([64, 64, 2, 63, 128, 255]),
    tos: rng.pick([0, 0, 0x10, 0x08, 0xb8, 0x02, 0x03]),
    length: (family === 4 ? 20 : 40) + body.length,
    srcMac: undefined,
    dstMac: undefined,
    pkttype: 'host',
  };
  const padded = asFragment && fragment === 0 ? Buffer.concat([body, Buffer.alloc((8 - (body.length % 8)) % 8)]) : body;
  const sized = { ...packet, length: packet.length + padded.length - body.length };
  return {
    sender,
    packet: sized,
    fragment,
    bytes: networkBytes(sized, fragment, asFragment && fragment === 0, fragment === 0 && !asFragment ? summed(sized, padded) : padded),
  };
}

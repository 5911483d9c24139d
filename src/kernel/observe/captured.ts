import type { NetnsName } from '../../model/netns.js';
import { formatIp, type Family } from '../../address/ip.js';

/** A packet that tcpdump showed at one interface, as far as it tells flows apart. */
export interface Captured {
  /** Microseconds. */
  readonly time: number;
  readonly netns: NetnsName;
  readonly iface: string;
  readonly dir: 'in' | 'out';
  readonly family: Family;
  readonly src: string;
  readonly dst: string;
  /** IPv4 identification or IPv6 flow label: what NAT leaves alone. */
  readonly ident: number;
  readonly body: CapturedBody;
}

export type CapturedBody =
  | {
      readonly proto: 'tcp';
      readonly kind: 'syn' | 'syn-ack' | 'rst';
      readonly sport: number;
      readonly dport: number;
      readonly seq: number;
      readonly ack: number;
    }
  | { readonly proto: 'udp'; readonly sport: number; readonly dport: number; readonly byte: number }
  | { readonly proto: 'echo'; readonly reply: boolean; readonly id: number }
  | {
      readonly proto: 'icmp-error';
      readonly type: number;
      readonly code: number;
      readonly quoted?: { readonly src: string; readonly dst: string; readonly sport: number; readonly dport: number };
    };

const SLL2 = 276;
const SLL2_LENGTH = 20;
const OUTGOING = 4;
const TCP = { SYN: 2, RST: 4, ACK: 16 } as const;

interface IpHeader {
  readonly family: Family;
  readonly proto: number;
  readonly src: string;
  readonly dst: string;
  readonly ident: number;
  readonly payload: Buffer;
}

function address6(b: Buffer): string {
  let ip = 0n;
  for (const octet of b) ip = (ip << 8n) | BigInt(octet);
  return formatIp(ip);
}

function ipHeader(ethertype: number, b: Buffer): IpHeader | undefined {
  if (ethertype === 0x0800 && b.length >= 20) {
    const start = (b.readUInt8(0) & 15) * 4;
    return {
      family: 4,
      proto: b.readUInt8(9),
      src: formatIp(b.readUInt32BE(12)),
      dst: formatIp(b.readUInt32BE(16)),
      ident: b.readUInt16BE(4),
      payload: b.subarray(start),
    };
  }
  if (ethertype === 0x86dd && b.length >= 40) {
    return {
      family: 6,
      proto: b.readUInt8(6),
      src: address6(b.subarray(8, 24)),
      dst: address6(b.subarray(24, 40)),
      ident: b.readUInt32BE(0) & 0xfffff,
      payload: b.subarray(40),
    };
  }
  return undefined;
}

function tcpBody(b: Buffer): CapturedBody | undefined {
  if (b.length < 20) return undefined;
  const flags = b.readUInt8(13);
  const kind = (flags & TCP.RST) !== 0 ? 'rst' : (flags & TCP.SYN) === 0 ? undefined : (flags & TCP.ACK) !== 0 ? 'syn-ack' : 'syn';
  return kind && { proto: 'tcp', kind, sport: b.readUInt16BE(0), dport: b.readUInt16BE(2), seq: b.readUInt32BE(4), ack: b.readUInt32BE(8) };
}

function icmpBody(family: Family, b: Buffer): CapturedBody | undefined {
  if (b.length < 8) return undefined;
  const type = b.readUInt8(0);
  const [request, answer] = family === 4 ? [8, 0] : [128, 129];
  if (type === request || type === answer) return { proto: 'echo', reply: type === answer, id: b.readUInt16BE(4) };
  const isError = family === 4 ? [3, 4, 5, 11, 12].includes(type) : type < 128;
  if (!isError) return undefined;
  const quoted = ipHeader(family === 4 ? 0x0800 : 0x86dd, b.subarray(8));
  const ports = quoted !== undefined && quoted.payload.length >= 8 ? quoted.payload : undefined;
  const echo = quoted?.proto === 1 || quoted?.proto === 58;
  return {
    proto: 'icmp-error',
    type,
    code: b.readUInt8(1),
    ...(quoted !== undefined &&
      ports !== undefined && {
        quoted: { src: quoted.src, dst: quoted.dst, sport: ports.readUInt16BE(echo ? 4 : 0), dport: echo ? 0 : ports.readUInt16BE(2) },
      }),
  };
}

function bodyOf(header: IpHeader): CapturedBody | undefined {
  const b = header.payload;
  if (header.proto === 6) return tcpBody(b);
  if (header.proto === 17)
    return b.length < 9 ? undefined : { proto: 'udp', sport: b.readUInt16BE(0), dport: b.readUInt16BE(2), byte: b.readUInt8(8) };
  return header.proto === 1 || header.proto === 58 ? icmpBody(header.family, b) : undefined;
}

/**
 * Reads what `tcpdump -i any --nano -w -` wrote (link type LINUX_SLL2).
 * @param names interface names by index.
 * @returns first packets, answers and errors, in the order of the capture.
 */
export function readCapture(bytes: Buffer, netns: string, names: ReadonlyMap<number, string>): readonly Captured[] {
  if (bytes.length < 24 || bytes.readUInt32LE(20) !== SLL2) return [];
  const found: Captured[] = [];
  for (let at = 24; at + 16 <= bytes.length;) {
    const time = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4) / 1e3;
    const length = bytes.readUInt32LE(at + 8);
    const frame = bytes.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    if (frame.length < SLL2_LENGTH) break;
    const header = ipHeader(frame.readUInt16BE(0), frame.subarray(SLL2_LENGTH));
    const body = header && bodyOf(header);
    if (header === undefined || body === undefined) continue;
    const index = frame.readUInt32BE(4);
    const dir = frame.readUInt8(10) === OUTGOING ? 'out' : 'in';
    found.push({
      time,
      netns,
      iface: names.get(index) ?? String(index),
      dir,
      family: header.family,
      src: header.src,
      dst: header.dst,
      ident: header.ident,
      body,
    });
  }
  return found;
}

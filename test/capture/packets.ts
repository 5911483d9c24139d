/** Packets for captures made in tests, as bytes. */

function u16(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => out.writeUInt16BE(value, i * 2));
  return out;
}

function u32(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => out.writeUInt32BE(value >>> 0, i * 4));
  return out;
}

export function ip4(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

export interface Ip4Kind {
  readonly id?: number;
  readonly ttl?: number;
  /** In bytes. */
  readonly fragment?: number;
  readonly more?: boolean;
}

export function ipv4(
  src: string,
  dst: string,
  protocol: number,
  body: Buffer,
  { id = 1, ttl = 64, fragment = 0, more = false }: Ip4Kind = {},
): Buffer {
  const flags = (fragment >> 3) | (more ? 0x2000 : 0);
  return Buffer.concat([
    Buffer.from([0x45, 0]),
    u16(20 + body.length, id, flags),
    Buffer.from([ttl, protocol, 0, 0]),
    ip4(src),
    ip4(dst),
    body,
  ]);
}

/** @param src as 32 hexadecimal digits. @param extensions headers before the body, with the protocol of the first. */
export function ipv6(src: string, dst: string, next: number, body: Buffer): Buffer {
  return Buffer.concat([
    u32(0x60000000),
    u16(body.length),
    Buffer.from([next, 64]),
    Buffer.from(src, 'hex'),
    Buffer.from(dst, 'hex'),
    body,
  ]);
}

export const SYN = 2;
export const SYN_ACK = 18;
export const ACK = 16;
export const PSH_ACK = 24;
export const RST_ACK = 20;

export function tcp(sport: number, dport: number, seq: number, ack: number, flags: number, payload = ''): Buffer {
  return Buffer.concat([u16(sport, dport), u32(seq, ack), Buffer.from([0x50, flags]), u16(1024, 0, 0), Buffer.from(payload)]);
}

export function udp(sport: number, dport: number, payload: Buffer | string): Buffer {
  const body = Buffer.from(payload);
  return Buffer.concat([u16(sport, dport, 8 + body.length, 0), body]);
}

export function echo(type: number, id: number, seq: number, payload = 'payload'): Buffer {
  return Buffer.concat([Buffer.from([type, 0]), u16(0, id, seq), Buffer.from(payload)]);
}

export function icmpError(type: number, code: number, quoted: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, code]), u16(0), u32(0), quoted.subarray(0, 28)]);
}

export function mac(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

export function ethernet(dst: string, src: string, type: number, body: Buffer, tags: readonly (readonly [number, number])[] = []): Buffer {
  const tagged = tags.flatMap(([tpid, vid]) => [tpid, vid]);
  return Buffer.concat([mac(dst), mac(src), u16(...tagged, type), body]);
}

export function sll(outgoing: boolean, body: Buffer, type = 0x0800): Buffer {
  return Buffer.concat([u16(outgoing ? 4 : 0, 1, 6), mac('02:00:00:00:00:01'), u16(0, type), body]);
}

export function sll2(ifindex: number, outgoing: boolean, body: Buffer, type = 0x0800): Buffer {
  return Buffer.concat([
    u16(type, 0),
    u32(ifindex),
    u16(1),
    Buffer.from([outgoing ? 4 : 0, 6]),
    mac('02:00:00:00:00:01'),
    Buffer.alloc(2),
    body,
  ]);
}

export function vxlan(vni: number, frame: Buffer): Buffer {
  return udp(40000, 4789, Buffer.concat([u32(0x08000000, vni << 8), frame]));
}

import { readCapture } from '../../src/capture/read/index.js';

/** A packet for a capture made in a test. */
export interface Made {
  readonly bytes: Buffer;
  readonly seconds?: number;
  readonly fraction?: number;
  readonly original?: number;
  readonly iface?: number;
}

export interface PcapKind {
  readonly magic?: number;
  readonly bigEndian?: boolean;
  readonly minor?: number;
  readonly major?: number;
  readonly snaplen?: number;
  readonly linktype?: number;
}

class Writer {
  private readonly parts: Buffer[] = [];

  constructor(private readonly bigEndian: boolean) {}

  u16(...values: readonly number[]): this {
    return this.put(2, values);
  }

  u32(...values: readonly number[]): this {
    return this.put(4, values);
  }

  raw(bytes: Buffer): this {
    this.parts.push(bytes);
    return this;
  }

  done(): Buffer {
    return Buffer.concat(this.parts);
  }

  private put(size: number, values: readonly number[]): this {
    for (const value of values) {
      const part = Buffer.alloc(size);
      if (this.bigEndian) part.writeUIntBE(value, 0, size);
      else part.writeUIntLE(value, 0, size);
      this.parts.push(part);
    }
    return this;
  }
}

/** Writes a classic capture. */
export function pcap(packets: readonly Made[], kind: PcapKind = {}): Buffer {
  const { magic = 0xa1b2c3d4, bigEndian = false, major = 2, minor = 4, snaplen = 262144, linktype = 101 } = kind;
  const out = new Writer(bigEndian).u32(magic).u16(major, minor).u32(0, 0, snaplen, linktype);
  for (const { bytes, seconds = 0, fraction = 0, original = bytes.length } of packets) {
    const lengths = major === 543 || minor < 3 ? [original, bytes.length] : [bytes.length, original];
    out.u32(seconds, fraction, ...lengths);
    if (magic === 0xa1b2cd34) out.u32(7).u16(0x0800, 4);
    out.raw(bytes);
  }
  return out.done();
}

/** Writes one pcapng block around its body. */
export function block(type: number, body: Buffer, bigEndian = false): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  const length = padded.length + 12;
  return new Writer(bigEndian).u32(type, length).raw(padded).u32(length).done();
}

export function sectionBlock(bigEndian = false): Buffer {
  return block(0x0a0d0d0a, new Writer(bigEndian).u32(0x1a2b3c4d).u16(1, 0).u32(0xffffffff, 0xffffffff).done(), bigEndian);
}

export interface InterfaceKind {
  readonly linktype?: number;
  readonly name?: string;
  readonly mac?: readonly number[];
  readonly tsresol?: number;
  readonly bigEndian?: boolean;
}

export function interfaceBlock({ linktype = 101, name, mac, tsresol, bigEndian = false }: InterfaceKind = {}): Buffer {
  const out = new Writer(bigEndian).u16(linktype, 0).u32(0);
  const option = (code: number, value: Buffer): void => {
    out
      .u16(code, value.length)
      .raw(value)
      .raw(Buffer.alloc((4 - (value.length % 4)) % 4));
  };
  if (name !== undefined) option(2, Buffer.from(name));
  if (mac !== undefined) option(6, Buffer.from(mac));
  if (tsresol !== undefined) option(9, Buffer.from([tsresol]));
  return block(1, out.u16(0, 0).done(), bigEndian);
}

/** An enhanced packet block; `time` counts the interface's units. */
export function packetBlock(bytes: Buffer, iface: number, time: bigint, bigEndian = false): Buffer {
  const [high, low] = [Number(time >> 32n), Number(time & 0xffffffffn)];
  return block(6, new Writer(bigEndian).u32(iface, high, low, bytes.length, bytes.length).raw(bytes).done(), bigEndian);
}

export interface Read {
  readonly packets: readonly {
    readonly hex: string;
    readonly original: number;
    readonly time: string;
    readonly iface: string;
  }[];
  readonly error?: string;
}

/** Reads a whole capture, handed over in chunks of `size` bytes. */
export async function readAll(bytes: Buffer, size = 65536, file = 'x.pcap'): Promise<Read> {
  const packets: Read['packets'][number][] = [];
  try {
    for await (const batch of readCapture(chunks(bytes, size), file)) {
      for (let i = 0; i < batch.count; i++) {
        const at = batch.at[i]!;
        const { name, mac, linktype } = batch.interfaces[batch.iface[i]!]!;
        packets.push({
          hex: batch.bytes.toString('hex', at, at + batch.captured[i]!),
          original: batch.original[i]!,
          time: `${batch.seconds[i]!}.${String(batch.nanos[i]!).padStart(9, '0')}`,
          iface: [linktype, name, mac].filter((x) => x !== undefined).join(' '),
        });
      }
    }
    return { packets };
  } catch (error) {
    return { packets, error: error instanceof Error ? error.message : String(error) };
  }
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

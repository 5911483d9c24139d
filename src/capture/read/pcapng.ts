import { CaptureError } from '../error.js';
import { BATCH_SIZE, PacketBatch } from './batch.js';
import { effectiveSnaplen, mostBytes } from './pcap-header.js';
import { word } from './pcap-records.js';
import { interfaceOptions } from './pcapng-options.js';
import type { TimeScale } from './pcapng-options.js';
import type { ByteWindow } from './window.js';

const BLOCK = { section: 0x0a0d0d0a, interface: 1, oldPacket: 2, simplePacket: 3, packet: 6 } as const;
const BYTE_ORDER = 0x1a2b3c4d;
const SMALLEST_BLOCK = 12;
const LARGEST_BLOCK = 16 * 1024 * 1024;
/** Room for a block's own fields and options around its packet. */
const AROUND_PACKET = 131_072;
const MICROSECONDS = 1_000_000n;
const NANOSECOND_UNIT = 1_000_000_000;
/** Beyond this a file describes interfaces only to fill memory. */
const MOST_INTERFACES = 65_536;

interface Interface extends TimeScale {
  readonly snaplen: number;
  /** Its index in the batch, which counts over all sections. */
  readonly index: number;
}

/** @returns whether a section header begins here: its type, and a byte-order mark that reads either way. */
export function isPcapng(bytes: Buffer, at: number): boolean {
  if (bytes.readUInt32BE(at) !== BLOCK.section) return false;
  return bytes.readUInt32LE(at + 8) === BYTE_ORDER || bytes.readUInt32BE(at + 8) === BYTE_ORDER;
}

/** Reads one pcapng input block by block (draft-ietf-opsawg-pcapng; libpcap, `pcap_ng_next_packet`). */
class PcapngReader {
  readonly batch = new PacketBatch();
  private littleEndian = true;
  private interfaces: Interface[] = [];
  private sawInterface = false;
  private largest = LARGEST_BLOCK;
  private packets = 0;

  constructor(
    private readonly window: ByteWindow,
    private readonly file: string,
  ) {}

  /** Fills the batch. @returns how many bytes the next block needs, or 0 where the batch is full. */
  fill(): number {
    const { window, batch } = this;
    batch.count = 0;
    batch.bytes = window.bytes;
    while (batch.count < BATCH_SIZE) {
      if (window.ready < SMALLEST_BLOCK) return SMALLEST_BLOCK;
      const length = this.blockLength();
      if (window.ready < length) return length;
      this.block(length);
      window.at += length;
    }
    return 0;
  }

  /** @throws CaptureError where the input ends within a block, or before it described an interface. */
  atEnd(need: number): void {
    if (this.window.ready > 0) throw this.damage(`the file is cut: a block needs ${need} bytes, and ${this.window.ready} are there`);
    if (!this.sawInterface) throw this.damage('the file describes no interface');
  }

  private damage(what: string): CaptureError {
    return new CaptureError(what, this.file, this.packets, this.window.offset);
  }

  private u32(at: number): number {
    return word(this.window.bytes, at, this.littleEndian);
  }

  private u16(at: number): number {
    const { bytes } = this.window;
    return this.littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  private blockLength(): number {
    const { at, bytes } = this.window;
    if (isSection(bytes, at)) this.byteOrder(at);
    const length = this.u32(at + 4);
    if (length < SMALLEST_BLOCK || length % 4 !== 0) throw this.damage(`damaged: a block claims a length of ${length}`);
    if (length > this.largest)
      throw this.damage(`damaged: a block claims ${length} bytes, more than the ${this.largest} that one can have`);
    return length;
  }

  private byteOrder(at: number): void {
    const { bytes } = this.window;
    const little = bytes.readUInt32LE(at + 8) === BYTE_ORDER;
    if (!little && bytes.readUInt32BE(at + 8) !== BYTE_ORDER) throw this.damage('damaged: a section header without a byte-order mark');
    this.littleEndian = little;
  }

  private block(length: number): void {
    const { at } = this.window;
    const trailer = this.u32(at + length - 4);
    if (trailer !== length) throw this.damage(`damaged: a block begins with a length of ${length} and ends with ${trailer}`);
    switch (this.u32(at)) {
      case BLOCK.section:
        return this.section(at, length);
      case BLOCK.interface:
        return this.describe(at, length);
      case BLOCK.packet:
        return this.packet(at, length, this.u32(at + 8), 28);
      case BLOCK.oldPacket:
        return this.packet(at, length, this.u16(at + 8), 28);
      case BLOCK.simplePacket:
        return this.simplePacket(at, length);
    }
  }

  private section(at: number, length: number): void {
    if (length < 28) throw this.damage(`damaged: a section header of ${length} bytes`);
    const [major, minor] = [this.u16(at + 12), this.u16(at + 14)];
    if (major !== 1 || (minor !== 0 && minor !== 2)) throw this.damage(`pcapng of version ${major}.${minor}; only 1.0 and 1.2 are known`);
    this.interfaces = [];
  }

  private describe(at: number, length: number): void {
    if (length < 20) throw this.damage(`damaged: an interface description of ${length} bytes`);
    const linktype = this.u16(at + 8);
    const snaplen = effectiveSnaplen(this.u32(at + 12), linktype);
    const options = interfaceOptions(this.window.bytes.subarray(at + 16, at + length - 4), this.littleEndian);
    if (typeof options === 'string') throw this.damage(`damaged: ${options}`);
    const index = this.batch.interfaces.length;
    if (index >= MOST_INTERFACES) throw this.damage(`damaged: more than ${MOST_INTERFACES} interfaces`);
    const { name, mac, perSecond, offset } = options;
    this.batch.interfaces.push({ linktype, snaplen, ...(name !== undefined && { name }), ...(mac !== undefined && { mac }) });
    this.interfaces.push({ snaplen, perSecond, offset, index });
    this.largest = Math.max(this.largest, mostBytes(linktype) + AROUND_PACKET);
    this.sawInterface = true;
  }

  private packet(at: number, length: number, id: number, header: number): void {
    if (length < header + 4) throw this.damage(`damaged: a packet block of ${length} bytes`);
    const iface = this.interfaceOf(id);
    const captured = this.u32(at + 20);
    this.take(iface, at + header, captured, this.u32(at + 24), length - header - 4, this.u32(at + 12), this.u32(at + 16));
  }

  /** A simple packet has no time and belongs to the section's first interface; its captured length follows from the others. */
  private simplePacket(at: number, length: number): void {
    if (length < 16) throw this.damage(`damaged: a packet block of ${length} bytes`);
    const iface = this.interfaceOf(0);
    const original = this.u32(at + 8);
    this.take(iface, at + 12, Math.min(original, iface.snaplen), original, length - 16, 0, 0);
  }

  private interfaceOf(id: number): Interface {
    const found = this.interfaces[id];
    if (found) return found;
    throw this.damage(`damaged: packet ${this.packets + 1} came by interface ${id}, which the section does not describe`);
  }

  private take(iface: Interface, at: number, captured: number, original: number, room: number, high: number, low: number): void {
    if (captured > room || captured > iface.snaplen)
      throw this.damage(`damaged: packet ${this.packets + 1} claims ${captured} bytes, more than its block or the snapshot length holds`);
    const [seconds, nanos] = split(high, low, iface);
    this.batch.add(iface.index, at, captured, original, seconds, nanos);
    this.packets++;
  }
}

function isSection(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === BLOCK.section;
}

/** @returns a time of an interface's clock as seconds and nanoseconds. */
function split(high: number, low: number, { perSecond, offset }: TimeScale): readonly [number, number] {
  const exact = high < 0x200000;
  const unit = Number(perSecond);
  if (exact && (perSecond === MICROSECONDS || unit === NANOSECOND_UNIT)) {
    const time = high * 0x100000000 + low;
    const seconds = Math.floor(time / unit);
    const rest = time - seconds * unit;
    return [seconds + offset, perSecond === MICROSECONDS ? rest * 1000 : rest];
  }
  const time = (BigInt(high) << 32n) | BigInt(low);
  const seconds = time / perSecond;
  return [Number(seconds) + offset, Number(((time % perSecond) * 1_000_000_000n) / perSecond)];
}

/**
 * Reads a pcapng capture: several sections and interfaces, either byte order in each, any clock.
 * @throws CaptureError after the last whole packet, where the file is damaged.
 */
export async function* readPcapng(window: ByteWindow, file: string): AsyncGenerator<PacketBatch> {
  const reader = new PcapngReader(window, file);
  for (;;) {
    const outcome = attempt(() => reader.fill());
    if (reader.batch.count > 0) yield reader.batch;
    if (outcome instanceof Error) throw outcome;
    if (outcome > 0 && !(await window.need(outcome))) return reader.atEnd(outcome);
  }
}

/** Lets the packets before a damaged block out before the error. */
function attempt<T>(work: () => T): T | CaptureError {
  try {
    return work();
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  }
}

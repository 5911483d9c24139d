import { CaptureError } from '../error.js';

/** The variants of the classic format: what the magic number and the version say about the records. */
export interface PcapLayout {
  readonly littleEndian: boolean;
  /** Nanoseconds in one unit of the second time field. */
  readonly unit: number;
  /** Bytes of a record's header. */
  readonly recordHeader: number;
  /** Before version 2.3 the two lengths stood the other way round; files that say 2.3 did either. */
  readonly lengths: 'usual' | 'maybe-swapped' | 'swapped';
  readonly version: string;
  /** The magic number is the first and most common one. */
  readonly common: boolean;
  readonly linktype: number;
  /** Packets are cut here even where the record holds more. */
  readonly snaplen: number;
  /** No record may claim more: beyond this a length is damage. */
  readonly most: number;
}

export const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Alexey Kuznetzov's patch adds interface, protocol and packet type to each record. */
const KUZNETZOV_RECORD_HEADER = 24;

const MAGIC = { classic: 0xa1b2c3d4, nano: 0xa1b23c4d, kuznetzov: 0xa1b2cd34 } as const;
const KNOWN: ReadonlySet<number> = new Set(Object.values(MAGIC));

/** Bits of the link type field that hold the type; the rest tell of the frame check sequence. */
const LINKTYPE_BITS = 0x03ffffff;
const MOST_BYTES = 262_144;
const MOST_BYTES_BUS = 128 * 1024 * 1024;
/** D-Bus, USBPcap, EBHSCR: link types whose packets may be huge. */
const BUSES: ReadonlySet<number> = new Set([231, 249, 279]);
const ETHERNET = 1;
const COOKED_HEADER = 14;

/** @returns the largest packet that a link type can hold (libpcap, `max_snaplen_for_dlt`). */
export function mostBytes(linktype: number): number {
  return BUSES.has(linktype) ? MOST_BYTES_BUS : MOST_BYTES;
}

/** @returns the snapshot length that counts (libpcap, `pcap_adjust_snapshot`): 0 and absurd ones mean the largest. */
export function effectiveSnaplen(snaplen: number, linktype: number): number {
  return snaplen === 0 || snaplen > 0x7fffffff ? mostBytes(linktype) : snaplen;
}

/** @returns whether four bytes begin a classic capture, and in which byte order. */
export function pcapByteOrder(bytes: Buffer, at: number): 'little' | 'big' | undefined {
  if (KNOWN.has(bytes.readUInt32LE(at))) return 'little';
  return KNOWN.has(bytes.readUInt32BE(at)) ? 'big' : undefined;
}

/**
 * Reads the file header (libpcap, `pcap_check_header`).
 * @param at where 24 bytes begin whose magic number `pcapByteOrder` knows.
 * @throws CaptureError on versions that nobody writes.
 */
export function pcapLayout(bytes: Buffer, at: number, file: string): PcapLayout {
  const littleEndian = pcapByteOrder(bytes, at) === 'little';
  const u32 = (i: number): number => (littleEndian ? bytes.readUInt32LE(at + i) : bytes.readUInt32BE(at + i));
  const u16 = (i: number): number => (littleEndian ? bytes.readUInt16LE(at + i) : bytes.readUInt16BE(at + i));
  const [magic, major, minor] = [u32(0), u16(4), u16(6)];
  const version = `${major}.${minor}`;
  if (!(major === 2 && minor <= 4) && version !== '543.0')
    throw new CaptureError(`a capture of version ${version}; only versions 2.0 to 2.4 and 543.0 are known`, file, 0, 4);
  const linktype = u32(20) & LINKTYPE_BITS;
  const kuznetzov = magic === MAGIC.kuznetzov;
  const snaplen = effectiveSnaplen(u32(16), linktype);
  return {
    littleEndian,
    unit: magic === MAGIC.nano ? 1 : 1000,
    recordHeader: kuznetzov ? KUZNETZOV_RECORD_HEADER : RECORD_HEADER,
    lengths: major === 543 || minor < 3 ? 'swapped' : minor === 3 ? 'maybe-swapped' : 'usual',
    version,
    common: magic === MAGIC.classic,
    linktype,
    snaplen: kuznetzov && linktype === ETHERNET ? snaplen + COOKED_HEADER : snaplen,
    most: mostBytes(linktype),
  };
}

/** @returns whether `pcap-parser` reads this variant: microseconds, version 2.4, plain records. */
export function suitsLibrary(layout: PcapLayout): boolean {
  return layout.common && layout.lengths === 'usual' && layout.version === '2.4';
}

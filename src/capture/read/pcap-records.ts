import { CaptureError } from '../error.js';
import { BATCH_SIZE } from './batch.js';
import type { PacketBatch } from './batch.js';
import type { PcapLayout } from './pcap-header.js';
import type { ByteWindow } from './window.js';

/** @returns four bytes as an unsigned number. */
export function word(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian
    ? (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
    : ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** How a run over a window's records ended: why, and for `more` how many bytes the next record needs. */
export type Scan =
  { readonly end: 'full' } | { readonly end: 'more'; readonly need: number } | { readonly end: 'damage'; readonly claims: number };

/**
 * Takes whole records from the window into the batch, as libpcap's `pcap_next_packet` does.
 * Stops, without harm, at a record that is not wholly there or that claims more than any packet holds.
 */
export function scanRecords(window: ByteWindow, batch: PacketBatch, layout: PcapLayout): Scan {
  const { littleEndian, unit, recordHeader, lengths, snaplen, most } = layout;
  const { bytes, end } = window;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = window.at;
  let scan: Scan = { end: 'full' };
  while (batch.count < BATCH_SIZE) {
    if (end - at < recordHeader) {
      scan = { end: 'more', need: recordHeader };
      break;
    }
    let captured = view.getUint32(at + 8, littleEndian);
    let original = view.getUint32(at + 12, littleEndian);
    if (lengths === 'swapped' || (lengths === 'maybe-swapped' && captured > original)) [captured, original] = [original, captured];
    if (captured > most) {
      scan = { end: 'damage', claims: captured };
      break;
    }
    if (end - at < recordHeader + captured) {
      scan = { end: 'more', need: recordHeader + captured };
      break;
    }
    const subseconds = view.getUint32(at + 4, littleEndian) * unit;
    // a damaged time may count more than a second's parts; the batch keeps them below one
    const carry = subseconds >= 1e9 ? Math.floor(subseconds / 1e9) : 0;
    const seconds = view.getUint32(at, littleEndian) + carry;
    batch.add(0, at + recordHeader, captured < snaplen ? captured : snaplen, original, seconds, subseconds - carry * 1e9);
    at += recordHeader + captured;
  }
  window.at = at;
  return scan;
}

/** @returns the error for input that ends within a record, or none where it ends between two. */
export function endOfInput(window: ByteWindow, need: number, file: string, packets: number): CaptureError | undefined {
  if (window.ready === 0) return undefined;
  const what = `the file is cut: packet ${packets + 1} needs ${need} bytes, and ${window.ready} are there`;
  return new CaptureError(what, file, packets, window.offset);
}

/** @returns the error for a record that claims more bytes than any packet of its link type can have. */
export function absurdLength(window: ByteWindow, claims: number, layout: PcapLayout, file: string, packets: number): CaptureError {
  const what = `damaged: packet ${packets + 1} claims ${claims} bytes, more than the ${layout.most} that a packet can have`;
  return new CaptureError(what, file, packets, window.offset);
}

import { EventEmitter } from 'node:events';
import pcapParser from 'pcap-parser';
import { CaptureError } from '../error.js';
import { BATCH_SIZE, PacketBatch } from './batch.js';
import { FILE_HEADER } from './pcap-header.js';
import type { PcapLayout } from './pcap-header.js';
import { absurdLength, endOfInput, scanRecords } from './pcap-records.js';
import type { Scan } from './pcap-records.js';
import type { ByteWindow } from './window.js';

/** A source of bytes that `pcap-parser` listens to, fed by hand and so in step with its reader. */
class Feed extends EventEmitter {
  pause(): void {
    this.emit('pause');
  }

  resume(): void {
    this.emit('resume');
  }
}

/**
 * Reads a capture that lies wholly in the window through `pcap-parser`. The library trusts every length and takes a cut file for a whole one; so
 * a guard walks the records first, hands it whole and plausible ones only, and tells of the damage after them.
 * @throws CaptureError after the last whole packet, where the file is damaged.
 */
export function* parseWithLibrary(window: ByteWindow, layout: PcapLayout, file: string): Generator<PacketBatch> {
  const start = window.at;
  window.at += FILE_HEADER;
  const { scan, packets } = walk(window, layout);
  yield* parsed(window.bytes.subarray(start, window.at), layout, file, packets);
  if (scan.end === 'damage') throw absurdLength(window, scan.claims, layout, file, packets);
  const cut = endOfInput(window, scan.end === 'more' ? scan.need : 0, file, packets);
  if (cut) throw cut;
}

/** The guard: moves the window past every whole, plausible record. */
function walk(window: ByteWindow, layout: PcapLayout): { readonly scan: Scan; readonly packets: number } {
  const seen = new PacketBatch();
  let packets = 0;
  let scan: Scan = { end: 'full' };
  while (scan.end === 'full') {
    seen.count = 0;
    scan = scanRecords(window, seen, layout);
    packets += seen.count;
  }
  return { scan, packets };
}

function* parsed(whole: Buffer, layout: PcapLayout, file: string, expected: number): Generator<PacketBatch> {
  const feed = new Feed();
  const full: PacketBatch[] = [];
  let batch = emptyBatch(whole, layout);
  let failure: Error | undefined;
  let total = 0;
  pcapParser
    .parse(feed)
    .on('error', (error) => (failure = error))
    .on('packet', ({ header, data }) => {
      if (batch.count === BATCH_SIZE) {
        full.push(batch);
        batch = emptyBatch(whole, layout);
      }
      const carry = Math.floor(header.timestampMicroseconds / 1e6);
      const nanos = (header.timestampMicroseconds - carry * 1e6) * 1000;
      const captured = Math.min(data.length, layout.snaplen);
      batch.add(0, data.byteOffset - whole.byteOffset, captured, header.originalLength, header.timestampSeconds + carry, nanos);
      total++;
    });
  feed.emit('data', whole);
  if (failure !== undefined || total !== expected)
    throw new CaptureError(`pcap-parser gave up: ${failure?.message ?? `${total} packets of ${expected}`}`, file, total, 0);
  yield* full;
  if (batch.count > 0) yield batch;
}

function emptyBatch(bytes: Buffer, layout: PcapLayout): PacketBatch {
  const batch = new PacketBatch();
  batch.bytes = bytes;
  batch.interfaces.push({ linktype: layout.linktype, snaplen: layout.snaplen });
  return batch;
}

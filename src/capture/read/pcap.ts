import { PacketBatch } from './batch.js';
import { FILE_HEADER, pcapLayout, suitsLibrary } from './pcap-header.js';
import type { PcapLayout } from './pcap-header.js';
import { absurdLength, endOfInput, scanRecords } from './pcap-records.js';
import type { ByteWindow } from './window.js';

/** Reads a capture that lies wholly in the window. @throws CaptureError after the last whole packet, where the file is damaged. */
export type ParseSmall = (window: ByteWindow, layout: PcapLayout, file: string) => Iterable<PacketBatch>;

/**
 * Reads a classic capture. Small ones in the common variant go through `pcap-parser`; what that cannot read (nanoseconds, Kuznetzov's records, old
 * versions) or reads slowly (it makes three events and two objects a packet) is read here.
 * @param parseSmall the library, where there is one.
 * @param window at the file header, of which 24 bytes are ready.
 * @throws CaptureError after the last whole packet, where the file is damaged.
 */
export async function* readPcap(window: ByteWindow, file: string, parseSmall?: ParseSmall): AsyncGenerator<PacketBatch> {
  const layout = pcapLayout(window.bytes, window.at, file);
  if (parseSmall !== undefined && suitsLibrary(layout) && !(await window.need(LIBRARY_BYTES))) {
    yield* parseSmall(window, layout, file);
    return;
  }
  window.at += FILE_HEADER;
  yield* readRecords(window, layout, file);
}

/** Files smaller than this go through the library: few enough packets that its pace does not tell. */
const LIBRARY_BYTES = 256 * 1024;

async function* readRecords(window: ByteWindow, layout: PcapLayout, file: string): AsyncGenerator<PacketBatch> {
  const batch = new PacketBatch();
  batch.interfaces.push({ linktype: layout.linktype, snaplen: layout.snaplen });
  let packets = 0;
  for (;;) {
    batch.count = 0;
    const scan = scanRecords(window, batch, layout);
    batch.bytes = window.bytes;
    packets += batch.count;
    if (batch.count > 0) yield batch;
    if (scan.end === 'damage') throw absurdLength(window, scan.claims, layout, file, packets);
    if (scan.end === 'more' && !(await window.need(scan.need))) {
      const error = endOfInput(window, scan.need, file, packets);
      if (error) throw error;
      return;
    }
  }
}

import { CaptureError } from '../error.js';
import type { PacketBatch } from './batch.js';
import { FILE_HEADER, pcapByteOrder } from './pcap-header.js';
import { readPcap, type ParseSmall } from './pcap.js';
import { isPcapng, readPcapng } from './pcapng.js';
import { streamWindow } from './window.js';
import type { ByteWindow } from './window.js';

const GZIP = 0x1f8b;
const TELLING = 28;

/** What reading leans on, by the place where it runs: Node's own, or a browser's. */
export interface ReadTools {
  /** Unpacks gzip; fails after all that could be unpacked was given out. */
  readonly gunzip: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** @returns what reads small captures; absent where all are read here. */
  readonly library?: () => Promise<ParseSmall>;
}

/** Tells of a source that failed (a read error, damaged gzip) in a person's words, after all that came before. */
export async function* readWindow(window: ByteWindow, file: string, tools: ReadTools, isUnpacked = false): AsyncGenerator<PacketBatch> {
  let packets = 0;
  try {
    for await (const batch of readFormat(window, file, tools, isUnpacked)) {
      packets += batch.count;
      yield batch;
    }
  } catch (error) {
    // that the capture seems cut is only what follows
    if (!(error instanceof CaptureError) || window.failure === undefined) throw error;
  }
  const { failure } = window;
  if (failure === undefined) return;
  if (failure instanceof CaptureError || !('code' in failure)) throw failure;
  throw new CaptureError(sourceFailure(String(failure.code), failure.message), file, packets);
}

function sourceFailure(code: string, message: string): string {
  if (code === 'Z_BUF_ERROR') return 'the file is cut: its gzip does not end';
  return code.startsWith('Z_') ? `damaged gzip (${message})` : `cannot be read (${message})`;
}

async function* readFormat(window: ByteWindow, file: string, tools: ReadTools, isUnpacked: boolean): AsyncGenerator<PacketBatch> {
  await window.need(TELLING);
  const { bytes, ready, at } = window;
  if (ready === 0) throw new CaptureError('the file is empty', file, 0, 0);
  if (ready >= 2 && bytes.readUInt16BE(at) === GZIP) {
    if (isUnpacked) throw new CaptureError('gzip within gzip: unpack it once, and give that', file, 0, 0);
    yield* readWindow(streamWindow(unpacked(window, file, tools)), file, tools, true);
    return;
  }
  if (ready >= 4 && pcapByteOrder(bytes, at) !== undefined) {
    if (ready < FILE_HEADER) throw new CaptureError(`the file is cut within its header: ${ready} bytes of ${FILE_HEADER}`, file, 0, 0);
    yield* readPcap(window, file, await tools.library?.());
    return;
  }
  if (ready >= 12 && isPcapng(bytes, at)) {
    yield* readPcapng(window, file);
    return;
  }
  throw new CaptureError('not a capture: neither pcap nor pcapng begins so', file, 0, 0);
}

/**
 * What a capture may unpack to: beyond `freeBytes` no more than `ratio` times what was read of it. Captures shrink to a tenth, at best to a
 * fiftieth; a bomb to a thousandth.
 */
const LIMITS = { freeBytes: 64 * 2 ** 20, ratio: 200 } as const;

/** Unpacks what a window holds and what follows. @throws CaptureError where it is a bomb. */
async function* unpacked(window: ByteWindow, file: string, { gunzip }: ReadTools): AsyncGenerator<Uint8Array> {
  const start = window.offset;
  let bytes = 0;
  for await (const chunk of gunzip(rest(window))) {
    bytes += chunk.length;
    if (bytes > LIMITS.freeBytes && bytes > LIMITS.ratio * (window.offset - start))
      throw new CaptureError(`unpacks to more than ${LIMITS.ratio} times its size: it is taken for a bomb, and given up`, file, 0, 0);
    yield chunk;
  }
}

/** What a window holds and what follows. */
async function* rest(window: ByteWindow): AsyncGenerator<Buffer> {
  while (await window.need(1)) {
    yield Buffer.from(window.bytes.subarray(window.at, window.end));
    window.at = window.end;
  }
  if (window.failure) throw window.failure;
}

import { open, stat } from 'node:fs/promises';
import { openInput } from '../../input.js';
import { CaptureError } from '../error.js';
import type { PacketBatch } from './batch.js';
import { gunzipped } from './gunzip.js';
import { FILE_HEADER, pcapByteOrder } from './pcap-header.js';
import { readPcap } from './pcap.js';
import { isPcapng, readPcapng } from './pcapng.js';
import { fileWindow, streamWindow } from './window.js';
import type { ByteWindow } from './window.js';

export { PacketBatch } from './batch.js';
export type { CaptureInterface } from './batch.js';

const GZIP = 0x1f8b;
const TELLING = 28;

/**
 * Reads a capture of any known format, plain or gzip, in bounded memory.
 * @param stream its bytes.
 * @param file how errors name it.
 * @returns batches of packets; one is valid until the next is asked for.
 * @throws CaptureError after everything that could be read was given out.
 */
export async function* readCapture(stream: AsyncIterable<unknown>, file: string): AsyncGenerator<PacketBatch> {
  yield* readWindow(streamWindow(stream), file);
}

/** The same for a file by its path; `-` is standard input. */
export async function* readCaptureFile(path: string): AsyncGenerator<PacketBatch> {
  if (path === '-') {
    yield* readCapture(process.stdin, 'standard input');
    return;
  }
  const found = await stat(path).catch((error: unknown) => {
    throw cannotOpen(path, error);
  });
  if (found.isDirectory()) throw new CaptureError('is a folder, not a capture', path, 0, 0);
  if (!found.isFile()) {
    // opening a pipe would wait for whoever writes into it
    yield* readCapture(openInput(path), path);
    return;
  }
  const file = await open(path).catch((error: unknown) => {
    throw cannotOpen(path, error);
  });
  try {
    yield* readWindow(fileWindow(file), path);
  } finally {
    await file.close();
  }
}

function cannotOpen(path: string, error: unknown): CaptureError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new CaptureError(code === 'ENOENT' ? 'there is no such file' : `cannot be opened (${code})`, path, 0, 0);
}

/** Tells of a source that failed (a read error, damaged gzip) in a person's words, after all that came before. */
async function* readWindow(window: ByteWindow, file: string, isUnpacked = false): AsyncGenerator<PacketBatch> {
  let packets = 0;
  try {
    for await (const batch of readFormat(window, file, isUnpacked)) {
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

async function* readFormat(window: ByteWindow, file: string, isUnpacked = false): AsyncGenerator<PacketBatch> {
  await window.need(TELLING);
  const { bytes, ready, at } = window;
  if (ready === 0) throw new CaptureError('the file is empty', file, 0, 0);
  if (ready >= 2 && bytes.readUInt16BE(at) === GZIP) {
    if (isUnpacked) throw new CaptureError('gzip within gzip: unpack it once, and give that', file, 0, 0);
    yield* readWindow(streamWindow(unpacked(window, file)), file, true);
    return;
  }
  if (ready >= 4 && pcapByteOrder(bytes, at) !== undefined) {
    if (ready < FILE_HEADER) throw new CaptureError(`the file is cut within its header: ${ready} bytes of ${FILE_HEADER}`, file, 0, 0);
    {
      yield* readPcap(window, file);
      return;
    }
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
async function* unpacked(window: ByteWindow, file: string): AsyncGenerator<Buffer> {
  const start = window.offset;
  let bytes = 0;
  for await (const chunk of gunzipped(rest(window))) {
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

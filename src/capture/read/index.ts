import { open, stat } from 'node:fs/promises';
import { openInput } from '../../input.js';
import { CaptureError } from '../error.js';
import type { PacketBatch } from './batch.js';
import { fileWindow } from './file-window.js';
import { readWindow, type ReadTools } from './format.js';
import { gunzipped } from './gunzip.js';
import { streamWindow } from './window.js';

export { PacketBatch } from './batch.js';
export type { CaptureInterface } from './batch.js';

const TOOLS: ReadTools = {
  gunzip: gunzipped,
  library: async () => (await import('./pcap-library.js')).parseWithLibrary,
};

/**
 * Reads a capture of any known format, plain or gzip, in bounded memory.
 * @param stream its bytes.
 * @param file how errors name it.
 * @returns batches of packets; one is valid until the next is asked for.
 * @throws CaptureError after everything that could be read was given out.
 */
export async function* readCapture(stream: AsyncIterable<unknown>, file: string): AsyncGenerator<PacketBatch> {
  yield* readWindow(streamWindow(stream), file, TOOLS);
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
    yield* readWindow(fileWindow(file), path, TOOLS);
  } finally {
    await file.close();
  }
}

function cannotOpen(path: string, error: unknown): CaptureError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new CaptureError(code === 'ENOENT' ? 'there is no such file' : `cannot be opened (${code})`, path, 0, 0);
}

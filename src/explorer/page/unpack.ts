import { Gunzip, unzipSync } from 'fflate';
import library from 'xz-decompress';
import { ArchiveEntries, BLOCK, isTar, LIMITS, packingIn, tarReader, unzstd, type Packing } from '../../snapshot/packed.js';
import { SnapshotError } from '../../core.js';

/** So many bytes unpack to 64 MiB at most (deflate: a thousand times as many), so that a bomb is seen before it fills the memory. */
const SLICE = 64 * 1024;

function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE);
}

/** Unpacks gzip, of several members as well. @throws the library's error, after all that could be unpacked was given out. */
export async function* gunzipped(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let made: Uint8Array[] = [];
  const stream = new Gunzip((chunk) => void made.push(chunk));
  const taken = (): Uint8Array[] => {
    const ready = made;
    made = [];
    return ready;
  };
  for await (const chunk of chunks)
    for (const slice of slicesOf(chunk)) {
      stream.push(slice);
      yield* taken();
    }
  stream.push(new Uint8Array(0), true);
  yield* taken();
}

async function* unxz(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array> {
  const reader = new library.XzReadableStream(new Blob([bytes]).stream()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    // the library unpacks one file at a time: one that is given up would keep all others waiting
    await reader.cancel();
  }
}

function unpacked(
  bytes: Uint8Array<ArrayBuffer>,
  packing: Exclude<Packing, 'zip' | 'other'>,
): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  switch (packing) {
    case 'gzip':
      return gunzipped([bytes]);
    case 'xz':
      return unxz(bytes);
    case 'zstd':
      return unzstd(chunked(bytes));
    case 'tar':
      return slicesOf(bytes);
  }
}

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* slicesOf(bytes);
}

/** Gives on what was unpacked. @throws SnapshotError where it is too much. */
async function* counted(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, entries: ArchiveEntries): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    entries.countUnpacked(chunk.length);
    yield chunk;
  }
}

async function readTar(chunks: AsyncIterable<Uint8Array>, entries: ArchiveEntries): Promise<void> {
  const tar = tarReader();
  const fed = (async (): Promise<void> => {
    try {
      for await (const chunk of chunks) {
        if (tar.destroyed) return;
        if (!tar.write(chunk)) await new Promise<void>((resolve) => tar.once('drain', resolve).once('close', () => resolve()));
      }
      tar.end(undefined);
    } catch (error) {
      tar.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  })();
  for await (const entry of tar) await entries.entry(entry.header, entry);
  await fed;
}

async function* withFirst(first: readonly Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}

function headOf(chunks: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(BLOCK);
  let at = 0;
  for (const chunk of chunks) {
    head.set(chunk.subarray(0, BLOCK - at), at);
    at += chunk.length;
    if (at >= BLOCK) break;
  }
  return head;
}

async function readStream(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  packing: Exclude<Packing, 'zip' | 'other'>,
  entries: ArchiveEntries,
): Promise<void> {
  const all = counted(unpacked(bytes, packing), entries);
  const first: Uint8Array[] = [];
  for (let length = 0; length < BLOCK;) {
    const part = await all.next();
    if (part.done === true) break;
    first.push(part.value);
    length += part.value.length;
  }
  const whole = withFirst(first, all);
  if (packing === 'tar' || isTar(headOf(first))) return readTar(whole, entries);
  return entries.entry({ name: name.replace(/^.*\//, '').replace(/\.(?:gz|xz|zst)$/i, ''), type: 'file' }, whole);
}

/** The library makes room for what an entry claims: the claims are counted before that. */
async function readZip(bytes: Uint8Array, entries: ArchiveEntries): Promise<void> {
  const files = unzipSync(bytes, {
    filter: ({ originalSize, name }) => {
      entries.countUnpacked(originalSize);
      return !name.endsWith('/');
    },
  });
  for (const [name, content] of Object.entries(files))
    await entries.entry({ name: name.replaceAll('\\', '/'), type: 'file' }, chunked(content));
}

/** @returns whether bytes are an archive, or a packed file. */
export function isPacked(bytes: Uint8Array): boolean {
  return packingIn(bytes.subarray(0, BLOCK)) !== 'other';
}

/**
 * Unpacks an archive, or a single packed file, as the command does: the same limits, and only plain files that lie in it.
 * @param takeCapture is given the captures in it.
 * @throws SnapshotError where it is damaged, or unpacks to too much.
 */
export async function unpack(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  takeCapture: (path: string, bytes: Uint8Array) => void,
): Promise<Pick<ArchiveEntries, 'texts' | 'problems' | 'unread'>> {
  const packing = packingIn(bytes.subarray(0, BLOCK));
  const entries = new ArchiveEntries(name, bytes.length, true, takeCapture);
  if (bytes.length > LIMITS.textBytes)
    throw new SnapshotError('the archive is too large for a page', name, 0, 'Give the files that matter');
  try {
    if (packing === 'zip') await readZip(bytes, entries);
    else if (packing !== 'other') await readStream(name, bytes, packing, entries);
    return entries;
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError(
      `the archive cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      name,
      0,
      'It may be cut or damaged: pack it again',
    );
  }
}

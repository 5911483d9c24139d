import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SnapshotError } from './error.js';
import { ArchiveEntries } from './archive-entries.js';
import type { SnapshotFiles } from './files.js';
import { tarReader } from './tar.js';
import { unzipped } from './unzip.js';
import { BLOCK, isTar, type Packing } from './packing.js';
import { packingOf, unpacked } from './unpack.js';

/** @returns whether a file is an archive, by its content. */
export async function isArchive(path: string): Promise<boolean> {
  return (await packingOf(path)) !== 'other';
}

/** One file, packed by itself: `paste.txt.gz`. */
async function readSingle(chunks: AsyncIterable<Uint8Array>, path: string, reader: ArchiveEntries): Promise<void> {
  const name = basename(path).replace(/\.(?:gz|xz|zst)$/i, '');
  await reader.entry({ name, type: 'file' }, chunks);
}

/** Tells a tar from a single file by what comes out of the packing. */
async function unpack(path: string, packing: Exclude<Packing, 'zip' | 'other'>, reader: ArchiveEntries): Promise<void> {
  const packed = counted(unpacked(path, packing), reader);
  const first: Uint8Array[] = [];
  let length = 0;
  for (let part = await packed.next(); part.done !== true; part = await packed.next()) {
    first.push(part.value);
    length += part.value.length;
    if (length >= BLOCK) break;
  }
  const rest = chunksOf(Buffer.concat(first), packed);
  if (!isTar(first.length === 0 ? Buffer.alloc(BLOCK) : Buffer.concat(first)) && packing !== 'tar') return readSingle(rest, path, reader);
  const tar = tarReader();
  tar.on('entry', (header, body, next) => {
    reader.entry(header, body).then(
      () => next(),
      (error: unknown) => {
        reader.failure = error instanceof Error ? error : new Error(String(error));
        next(reader.failure);
      },
    );
  });
  await pipeline(Readable.from(rest), tar);
}

async function* chunksOf(first: Buffer, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}

/** Gives on what was unpacked. @throws SnapshotError where it is too much. */
async function* counted(chunks: AsyncIterable<unknown>, reader: ArchiveEntries): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) continue;
    reader.countUnpacked(chunk.length);
    yield chunk;
  }
}

/**
 * Reads a tar, plain or packed by gzip, xz or zstd, a zip, or a single packed file. Nothing is written to disk; entries that are no plain files or lead out of the archive
 * are refused and reported.
 * @throws SnapshotError where it is no archive, is cut, or unpacks to too much.
 */
export async function readArchive(path: string): Promise<SnapshotFiles> {
  const packing = await packingOf(path);
  if (packing === 'other')
    throw new SnapshotError('neither a folder nor an archive', path, 0, 'Give a folder, a .tar (.gz, .xz, .zst) or a .zip');
  const reader = new ArchiveEntries(path, (await stat(path)).size, packing === 'tar' || packing === 'gzip');
  try {
    if (packing === 'zip') for await (const { header, body } of unzipped(path)) await reader.entry(header, counted(body, reader));
    else await unpack(path, packing, reader);
  } catch (caught) {
    const error = reader.failure ?? caught;
    if (error instanceof SnapshotError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new SnapshotError(`the archive cannot be read: ${what}`, path, 0, 'It may be cut or damaged: pack it again');
  }
  return reader;
}

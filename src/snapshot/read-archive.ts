import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Problem } from '../model/origin.js';
import { SnapshotError } from './error.js';
import { decode, isCapture, LIMITS, type SnapshotFiles } from './files.js';
import { tooLarge } from './read-folder.js';
import { innerPath, isPlain, kindOf, tarReader, type EntryHeader } from './tar.js';
import { unzipped } from './unzip.js';
import { BLOCK, isTar, packingOf, unpacked, type Packing } from './unpack.js';

class ArchiveReader {
  readonly texts = new Map<string, string>();
  readonly captures: string[] = [];
  readonly problems: Problem[] = [];
  private readonly seen = new Set<string>();
  private entries = 0;
  private total = 0;
  private textBytes = 0;
  /** Why it was given up: the stream would tell only that it was closed. */
  failure: Error | undefined;

  constructor(
    private readonly archive: string,
    private readonly size: number,
    /** Whether captures in it can be opened later. */
    private readonly holdsCaptures: boolean,
  ) {}

  async entry(header: EntryHeader, body: AsyncIterable<unknown>): Promise<void> {
    if (++this.entries > LIMITS.entries) throw tooLarge(this.archive, `more than ${LIMITS.entries} files`);
    const path = this.accept(header);
    const keep = path !== undefined && !isCapture(path);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array) || !keep) continue;
      this.countText(chunk.length);
      chunks.push(chunk);
    }
    if (path === undefined) return;
    if (!keep && !this.holdsCaptures)
      return void this.refuse(path, 'a capture in an archive of this kind is not read: unpack it, or give it by --pcap');
    const twice = this.seen.has(path);
    this.seen.add(path);
    if (!keep && twice) return void this.refuse(path, 'the archive holds this capture twice: the first one is read');
    if (!keep) return void this.captures.push(path);
    if (twice) this.refuse(path, 'the archive holds this file twice: the later one is read');
    this.texts.set(path, decode(Buffer.concat(chunks)));
  }

  /** Counts what comes out of the packing, whether or not it is part of an entry. @throws SnapshotError beyond `LIMITS`. */
  countUnpacked(bytes: number): void {
    this.total += bytes;
    if (this.total > LIMITS.totalBytes) throw tooLarge(this.archive, `more than ${LIMITS.totalBytes} bytes when unpacked`);
    if (this.total > LIMITS.freeBytes && this.total > LIMITS.ratio * this.size)
      throw tooLarge(this.archive, `more than ${LIMITS.ratio} times its own size when unpacked`);
  }

  private countText(bytes: number): void {
    this.textBytes += bytes;
    if (this.textBytes > LIMITS.textBytes) throw tooLarge(this.archive, `more than ${LIMITS.textBytes} bytes of text when unpacked`);
  }

  /** @returns where an entry belongs; undefined for folders, and for what is refused. */
  private accept(header: EntryHeader): string | undefined {
    if (header.type === 'directory') return undefined;
    if (!isPlain(header)) return this.refuse(header.name, `${kindOf(header)} in the archive: only plain files are read`);
    return innerPath(header.name) ?? this.refuse(header.name, 'a path that leads out of the snapshot: it is not read');
  }

  private refuse(name: string, message: string): undefined {
    this.problems.push({ origin: { file: name, line: 0 }, text: name, message });
    return undefined;
  }
}

/** @returns whether a file is an archive, by its content. */
export async function isArchive(path: string): Promise<boolean> {
  return (await packingOf(path)) !== 'other';
}

/** One file, packed by itself: `paste.txt.gz`. */
async function readSingle(chunks: AsyncIterable<Uint8Array>, path: string, reader: ArchiveReader): Promise<void> {
  const name = basename(path).replace(/\.(?:gz|xz|zst)$/i, '');
  await reader.entry({ name, type: 'file' }, chunks);
}

/** Tells a tar from a single file by what comes out of the packing. */
async function unpack(path: string, packing: Exclude<Packing, 'zip' | 'other'>, reader: ArchiveReader): Promise<void> {
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
async function* counted(chunks: AsyncIterable<unknown>, reader: ArchiveReader): AsyncGenerator<Uint8Array> {
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
  const reader = new ArchiveReader(path, (await stat(path)).size, packing === 'tar' || packing === 'gzip');
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

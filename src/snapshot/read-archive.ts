import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import type { Problem } from '../model/origin.js';
import { SnapshotError } from './error.js';
import { decode, isCapture, LIMITS, type SnapshotFiles } from './files.js';
import { tooLarge } from './read-folder.js';

const BLOCK = 512;
const MAGIC_AT = 257;

/** @returns the path inside the snapshot, or undefined where the entry's name leads out of it. */
function innerPath(name: string): string | undefined {
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || /^[A-Za-z]:/.test(name)) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || parts.length === 0 ? undefined : parts.join('/');
}

class ArchiveReader {
  readonly texts = new Map<string, string>();
  readonly captures: string[] = [];
  readonly problems: Problem[] = [];
  private entries = 0;
  private total = 0;
  private textBytes = 0;
  /** Why it was given up: the stream would tell only that it was closed. */
  failure: Error | undefined;

  constructor(
    private readonly archive: string,
    private readonly size: number,
  ) {}

  async entry(header: Header, body: AsyncIterable<unknown>): Promise<void> {
    if (++this.entries > LIMITS.entries) throw tooLarge(this.archive, `more than ${LIMITS.entries} files`);
    const path = this.accept(header);
    const keep = path !== undefined && !isCapture(path);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array)) continue;
      this.count(chunk.length, keep);
      if (keep) chunks.push(chunk);
    }
    if (path === undefined) return;
    if (!keep) return void this.captures.push(path);
    if (this.texts.has(path)) this.refuse(path, 'the archive holds this file twice: the later one is read');
    this.texts.set(path, decode(Buffer.concat(chunks)));
  }

  private count(bytes: number, keep: boolean): void {
    this.total += bytes;
    if (keep) this.textBytes += bytes;
    if (this.total > LIMITS.totalBytes) throw tooLarge(this.archive, `more than ${LIMITS.totalBytes} bytes when unpacked`);
    if (this.total > LIMITS.freeBytes && this.total > LIMITS.ratio * this.size)
      throw tooLarge(this.archive, `more than ${LIMITS.ratio} times its own size when unpacked`);
    if (this.textBytes > LIMITS.textBytes) throw tooLarge(this.archive, `more than ${LIMITS.textBytes} bytes of text when unpacked`);
  }

  /** @returns where an entry belongs; undefined for folders, and for what is refused. */
  private accept(header: Header): string | undefined {
    if (header.type === 'directory') return undefined;
    if (header.type !== 'file' && header.type !== 'contiguous-file')
      return this.refuse(header.name, `a ${String(header.type)} in the archive: only plain files are read`);
    return innerPath(header.name) ?? this.refuse(header.name, 'a path that leads out of the snapshot: it is not read');
  }

  private refuse(name: string, message: string): undefined {
    this.problems.push({ origin: { file: name, line: 0 }, text: name, message });
    return undefined;
  }
}

/** What a file is, by its content: a name says little. */
async function sniff(path: string): Promise<'tar' | 'gzip' | 'other'> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(BLOCK);
    const { bytesRead } = await file.read(head, 0, BLOCK, 0);
    if (bytesRead >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
    return head.toString('latin1', MAGIC_AT, MAGIC_AT + 5) === 'ustar' ? 'tar' : 'other';
  } finally {
    await file.close();
  }
}

/** @returns whether a file is an archive, by its content. */
export async function isArchive(path: string): Promise<boolean> {
  return (await sniff(path)) !== 'other';
}

async function unpack(path: string, gzip: boolean, reader: ArchiveReader): Promise<void> {
  const tar = extract();
  tar.on('entry', (header, body, next) => {
    reader.entry(header, body).then(
      () => next(),
      (error: unknown) => {
        reader.failure = error instanceof Error ? error : new Error(String(error));
        next(reader.failure);
      },
    );
  });
  if (gzip) await pipeline(createReadStream(path), createGunzip(), tar);
  else await pipeline(createReadStream(path), tar);
}

/**
 * Reads a .tar, .tar.gz or .tgz. Nothing is written to disk; entries that are no plain files or lead out of the archive
 * are refused and reported.
 * @throws SnapshotError where it is no archive, is cut, or unpacks to too much.
 */
export async function readArchive(path: string): Promise<SnapshotFiles> {
  const kind = await sniff(path);
  if (kind === 'other')
    throw new SnapshotError(
      'neither a folder nor a tar archive',
      path,
      0,
      'Give a folder, a .tar, a .tar.gz or a .tgz; a single listing has an option of its own',
    );
  const reader = new ArchiveReader(path, (await stat(path)).size);
  try {
    await unpack(path, kind === 'gzip', reader);
  } catch (caught) {
    const error = reader.failure ?? caught;
    if (error instanceof SnapshotError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new SnapshotError(`the archive cannot be read: ${what}`, path, 0, 'It may be cut or damaged: pack it again');
  }
  return reader;
}

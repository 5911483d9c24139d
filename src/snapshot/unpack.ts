import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';

/** How a file is packed, told by its first bytes. */
export type Packing = 'tar' | 'gzip' | 'xz' | 'zstd' | 'zip' | 'other';

export const BLOCK = 512;
const MAGIC_AT = 257;
/** First bytes: RFC 1952, the xz file format 2.1.1.1, RFC 8878 3.1.1, and PKWARE's APPNOTE 4.3. */
const MAGIC: readonly (readonly [Packing, string])[] = [
  ['gzip', '1f8b'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['zip', '504b0304'],
];
/** A block of zstd is 4 bytes at least, and unpacks to 128 KiB at most: so many bytes at a time come to 32 MiB. */
const ZSTD_SLICE = 1024;

/** @returns whether bytes begin an archive of tar. */
export function isTar(head: Buffer): boolean {
  return head.toString('latin1', MAGIC_AT, MAGIC_AT + 5) === 'ustar';
}

/** @returns how a file is packed: a name says little. */
export async function packingOf(path: string): Promise<Packing> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(BLOCK);
    const { bytesRead } = await file.read(head, 0, BLOCK, 0);
    const bytes = head.subarray(0, bytesRead);
    const found = MAGIC.find(([, magic]) => bytes.subarray(0, magic.length / 2).toString('hex') === magic);
    return found?.[0] ?? (isTar(head) ? 'tar' : 'other');
  } finally {
    await file.close();
  }
}

async function* unzstd(source: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  let made: Uint8Array[] = [];
  const stream = new Decompress((chunk) => void made.push(chunk));
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; at += ZSTD_SLICE) {
      stream.push(chunk.subarray(at, at + ZSTD_SLICE));
      const ready = made;
      made = [];
      yield* ready;
    }
  stream.push(new Uint8Array(0), true);
  yield* made;
}

async function* unxz(source: Readable): AsyncGenerator<Uint8Array> {
  const { default: library } = await import('xz-decompress');
  const reader = new library.XzReadableStream(ReadableStream.from(source)).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    // the library unpacks one file at a time: one that is given up would keep all others waiting
    await reader.cancel();
  }
}

/** @returns the bytes of a file that is packed as a whole, as they were before. */
export function unpacked(path: string, packing: Exclude<Packing, 'zip'>): Readable {
  const source = createReadStream(path);
  if (packing === 'gzip') return source.pipe(createGunzip().on('close', () => source.destroy())).on('error', () => source.destroy());
  if (packing === 'xz') return Readable.from(unxz(source));
  return packing === 'zstd' ? Readable.from(unzstd(source)) : source;
}

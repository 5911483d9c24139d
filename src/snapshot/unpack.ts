import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { BLOCK, packingIn, type Packing } from './packing.js';
import { unzstd } from './unzstd.js';

/** @returns how a file is packed: a name says little. */
export async function packingOf(path: string): Promise<Packing> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(BLOCK);
    const { bytesRead } = await file.read(head, 0, BLOCK, 0);
    return packingIn(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
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

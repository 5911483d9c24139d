import { crc32 } from './crc32.js';
import { deflateRawSync } from 'node:zlib';

/** An entry of a zip, as no packer would write it. */
export interface ZipEntry {
  readonly name: string;
  readonly body: Buffer;
  /** Of the general purpose flags (APPNOTE 4.4.4): 1 says that it is encrypted. */
  readonly flags?: number;
  readonly method?: number;
  /** What is told of its size, in place of the truth. */
  readonly told?: number;
  /** Of Unix, in the external attributes. */
  readonly mode?: number;
}

/** Fields of a header by their widths in bytes, little end first. */
function fields(...all: readonly (readonly [width: 2 | 4, value: number])[]): Buffer {
  const buffer = Buffer.alloc(all.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of all) at = width === 2 ? buffer.writeUInt16LE(value, at) : buffer.writeUInt32LE(value, at);
  return buffer;
}

/**
 * @param times so often the directory names each entry, of which the bytes are there once.
 * @returns a zip (APPNOTE 4.3): its names, sizes and flags are whatever is said.
 */
export function zip(entries: readonly ZipEntry[], times = 1): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, body, flags = 0, method = 8, told = body.length, mode = 0o100644 } of entries) {
    const [packed, utf8] = [deflateRawSync(body, { level: 9 }), Buffer.from(name)];
    const common = [
      [2, 20],
      [2, flags | 0x800],
      [2, method],
      [4, 0],
      [4, crc32(body)],
      [4, packed.length],
      [4, told],
      [2, utf8.length],
      [2, 0],
    ] as const;
    const local = Buffer.concat([fields([4, 0x04034b50], ...common), utf8, packed]);
    const told2 = fields([4, 0x02014b50], [2, 0x0314], ...common, [2, 0], [2, 0], [2, 0], [4, (mode << 16) >>> 0], [4, at]);
    for (let i = 0; i < times; i++) directory.push(Buffer.concat([told2, utf8]));
    bodies.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const count = directory.length;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, central.length], [4, at], [2, 0]);
  return Buffer.concat([...bodies, central, end]);
}

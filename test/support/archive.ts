import { pack } from 'tar-stream';

const BLOCK = 512;

/** @returns a tar archive of these files. */
export async function tar(entries: Iterable<readonly [name: string, body: string | Buffer]>): Promise<Buffer> {
  const archive = pack();
  for (const [name, body] of entries) archive.entry({ name }, body);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @returns a tar archive of one entry whose header tells any type and size, as no packer would write them (POSIX ustar). */
export function oddEntry(name: string, type: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(type, 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  return summed(header);
}

/** The checksum counts itself as blanks (POSIX ustar, chksum). */
function summed(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** @returns a tar archive of so many empty files, which tar-stream would take a minute to write. */
export async function manyEntries(count: number): Promise<Buffer> {
  const header = (await tar([['host/000000.txt', '']])).subarray(0, BLOCK);
  const all = Buffer.alloc((count + 2) * BLOCK);
  for (let i = 0; i < count; i++) {
    const entry = all.subarray(i * BLOCK, (i + 1) * BLOCK);
    header.copy(entry);
    entry.write(`host/${String(i).padStart(6, '0')}.txt`, 0, 'latin1');
    summed(entry);
  }
  return all;
}

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readCaptureFile } from '../../src/capture/read/index.js';
import { pcapFileHeader, pcapRecord } from '../../src/capture/record/pcap-writer.js';
import { readFlows } from '../../src/commands/common/flow-lines.js';
import { InputError, readInput } from '../../src/input.js';
import { decode } from '../../src/snapshot/files.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let count = 0;
const place = (): string => join(folder, `f${count++}`);
const fifo = (): string => {
  const path = place();
  execFileSync('mkfifo', [path]);
  return path;
};
const written = (bytes: string | Uint8Array): string => {
  const path = place();
  writeFileSync(path, bytes);
  return path;
};

async function drained(source: AsyncIterable<unknown>): Promise<number> {
  let items = 0;
  for await (const _ of source) items++;
  return items;
}

describe('what a path may name', () => {
  it('a file is read', async () => {
    expect((await readInput(written('a\nb'))).toString()).toBe('a\nb');
    expect((await readInput('/dev/null')).toString()).toBe('');
  });
  it('a pipe that somebody writes into is read to its end', async () => {
    const path = fifo();
    spawn('sh', ['-c', `{ head -c 300000 /dev/zero; sleep 0.3; echo end; } >'${path}'`], { stdio: 'ignore' });
    const bytes = await readInput(path);
    expect([bytes.length, bytes.subarray(-4).toString()]).toEqual([300_004, 'end\n']);
  });
  it.each(['/dev/zero', '/dev/full', folder])('%s is refused', async (path) => {
    await expect(readInput(path)).rejects.toBeInstanceOf(InputError);
  });
});

describe('a pipe that nobody writes into is refused, not waited for', () => {
  it('as a single listing', async () => {
    const path = fifo();
    await expect(loadSnapshot(undefined, new Map([['ss', path]]))).rejects.toThrow(
      `${path}: cannot be opened (it is a pipe that nobody writes into). Check the path`,
    );
  });
  it('as a snapshot', async () => {
    const path = fifo();
    await expect(loadSnapshot(path)).rejects.toThrow(`${path}: cannot be opened (it is a pipe that nobody writes into)`);
  });
  it('as a capture', async () => {
    const path = fifo();
    await expect(drained(readCaptureFile(path))).rejects.toThrow(`${path}: cannot be read (it is a pipe that nobody writes into)`);
  });
  it('as flows', async () => {
    const path = fifo();
    await expect(drained(readFlows(path))).rejects.toThrow(`--flows ${path}: it is a pipe that nobody writes into`);
  });
});

describe('UTF-16', () => {
  const TEXT = '*filter\n-A INPUT -m comment --comment "ä 漢" -j DROP\nCOMMIT\n';
  const le = Buffer.from(TEXT, 'utf16le');
  const be = Buffer.from(le).swap16();
  it.each<readonly [what: string, bytes: Buffer]>([
    ['little end first, marked', Buffer.concat([Buffer.from([0xff, 0xfe]), le])],
    ['big end first, marked', Buffer.concat([Buffer.from([0xfe, 0xff]), be])],
    ['little end first', le],
    ['big end first', be],
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8, marked', Buffer.from(`\ufeff${TEXT}`)],
  ])('%s is read', (_, bytes) => {
    expect(decode(bytes)).toBe(TEXT);
  });
  it('a few zeros are no UTF-16', () => {
    expect(decode(Buffer.from('ab\0cdefgh'))).toBe('ab\0cdefgh');
    expect(decode(Buffer.from([0, 0, 0, 0, 0, 0]))).toBe('\0\0\0\0\0\0');
  });
});

describe('a capture that is packed', () => {
  const record = pcapRecord(Buffer.alloc(250), 0, 250);
  const pcap = (records: number): Buffer => Buffer.concat([pcapFileHeader(1, 256), ...Array<Buffer>(records).fill(record)]);
  it('is read', async () => {
    expect(await drained(readCaptureFile(written(gzipSync(pcap(10)))))).toBe(1);
  });
  it('is given up where it is a bomb', async () => {
    const path = written(gzipSync(pcap(400_000), { level: 9 }));
    await expect(drained(readCaptureFile(path))).rejects.toThrow(
      'unpacks to more than 200 times its size: it is taken for a bomb, and given up',
    );
  });
  it('is given up where it is packed twice', async () => {
    await expect(drained(readCaptureFile(written(gzipSync(gzipSync(pcap(1))))))).rejects.toThrow('gzip within gzip');
  });
});

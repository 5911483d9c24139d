import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { readCapture, readCaptureFile } from '../../../src/capture/read/index.js';
import * as library from '../../../src/capture/read/pcap-library.js';
import { pcap, readAll } from '../captures.js';
import type { PcapKind, Read } from '../captures.js';

const A = Buffer.from('4500001400000000400000007f0000017f000001', 'hex');
const B = Buffer.from('0102030405', 'hex');
const TWO = [
  { bytes: A, seconds: 1700000000, fraction: 123456, original: 1500 },
  { bytes: B, seconds: 1700000001, fraction: 7 },
];
const READ: Read['packets'] = [
  { hex: A.toString('hex'), original: 1500, time: '1700000000.123456000', iface: '101' },
  { hex: B.toString('hex'), original: 5, time: '1700000001.000007000', iface: '101' },
];
const NANOS: Read['packets'] = [
  { ...READ[0]!, time: '1700000000.000123456' },
  { ...READ[1]!, time: '1700000001.000000007' },
];
const CUT: Read['packets'] = [{ ...READ[0]!, hex: A.toString('hex', 0, 8) }, READ[1]!];

const VARIANTS: readonly (readonly [string, PcapKind, Read['packets']])[] = [
  ['little-endian', {}, READ],
  ['big-endian', { bigEndian: true }, READ],
  ['nanoseconds', { magic: 0xa1b23c4d }, NANOS],
  ['nanoseconds, big-endian', { magic: 0xa1b23c4d, bigEndian: true }, NANOS],
  ["Kuznetzov's records", { magic: 0xa1b2cd34 }, READ],
  ['version 2.2: lengths the other way round', { minor: 2 }, READ],
  ['version 2.3: perhaps', { minor: 3 }, READ],
  ['version 543.0 of DG/UX', { major: 543, minor: 0 }, READ],
  ['a snapshot length smaller than the record', { snaplen: 8 }, CUT],
  ['no snapshot length', { snaplen: 0 }, READ],
  ['frame check sequence bits above the link type', { linktype: 0x54000065 }, READ],
];

describe('classic captures', () => {
  it.each(VARIANTS)('%s', async (_, kind, packets) => {
    expect(await readAll(pcap(TWO, kind))).toEqual({ packets });
  });

  it.each(VARIANTS)('%s, byte by byte and in gzip', async (_, kind, packets) => {
    expect(await readAll(pcap(TWO, kind), 1)).toEqual({ packets });
    expect(await readAll(gzipSync(pcap(TWO, kind)), 3)).toEqual({ packets });
  });

  it.each([
    [
      'within the header of a record',
      40 + A.length + 3,
      1,
      'the file is cut: packet 2 needs 16 bytes, and 3 are there (at byte 60); the 1 packet before it was read',
    ],
    [
      'within a record',
      40 + A.length + 18,
      1,
      'the file is cut: packet 2 needs 21 bytes, and 18 are there (at byte 60); the 1 packet before it was read',
    ],
    ['within the file header', 20, 0, 'the file is cut within its header: 20 bytes of 24 (at byte 0); nothing was read before it'],
    ['before it begins', 0, 0, 'the file is empty (at byte 0); nothing was read before it'],
  ] as const)('cut %s', async (_, length, read, error) => {
    const whole = pcap(TWO);
    expect(await readAll(whole.subarray(0, length))).toEqual({ packets: READ.slice(0, read), error: `x.pcap: ${error}` });
  });

  it.each([
    ['common variant', {}],
    ['nanoseconds', { magic: 0xa1b23c4d }],
  ] as const)('an absurd length, %s', async (_, kind) => {
    const bytes = pcap(TWO, kind);
    bytes.writeUInt32LE(0x7fffffff, 24 + 16 + A.length + 8);
    const packets = kind === VARIANTS[2]?.[1] || 'magic' in kind ? NANOS : READ;
    expect(await readAll(bytes)).toEqual({
      packets: packets.slice(0, 1),
      error:
        'x.pcap: damaged: packet 2 claims 2147483647 bytes, more than the 262144 that a packet can have (at byte 60); the 1 packet before it was read',
    });
  });

  it('a version that nobody writes', async () => {
    const error = 'x.pcap: a capture of version 3.0; only versions 2.0 to 2.4 and 543.0 are known (at byte 4); nothing was read before it';
    expect(await readAll(pcap(TWO, { major: 3, minor: 0 }))).toEqual({ packets: [], error });
  });

  it('something else', async () => {
    const error = 'x.pcap: not a capture: neither pcap nor pcapng begins so (at byte 0); nothing was read before it';
    expect(await readAll(Buffer.from('#!/bin/sh\necho this is not a capture\n'))).toEqual({ packets: [], error });
  });

  const many = Array.from({ length: 500 }, (_, i) => ({ bytes: Buffer.from([i & 255, i >> 8, (i * 7) & 255]), seconds: i }));
  const packed = gzipSync(pcap(many));
  it.each([1, 2, 10, packed.length >> 1, packed.length - 9].map((left) => [packed.length - left, left]))(
    'gzip that is cut is no whole file (the first %i)',
    async (length) => {
      const { packets, error } = await readAll(packed.subarray(0, length), 100);
      expect(packets).toEqual((await readAll(pcap(many))).packets.slice(0, packets.length));
      if (length > packed.length - 20) expect(packets.length).toBeGreaterThan(400);
      const read = packets.length === 0 ? 'nothing was read before it' : `the ${packets.length} packets before it were read`;
      expect(error).toBe(`x.pcap: the file is cut: its gzip does not end; ${read}`);
    },
  );

  it('gzip with a damaged byte', async () => {
    const damaged = Buffer.from(packed);
    damaged[packed.length >> 1]! ^= 0xff;
    const { error } = await readAll(damaged);
    expect(error).toMatch(/^x\.pcap: damaged gzip \(.*\); /);
  });

  it('gzip of several members', async () => {
    const whole = pcap(many);
    const parts = Buffer.concat([gzipSync(whole.subarray(0, 1000)), gzipSync(whole.subarray(1000))]);
    expect(await readAll(parts, 77)).toEqual(await readAll(whole));
  });

  it('a source that fails', async () => {
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield await Promise.resolve(pcap(TWO).subarray(0, 70));
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    };
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const batch of readCapture(failing(), 'x.pcap')) count += batch.count;
      return count;
    };
    await expect(read()).rejects.toThrow('x.pcap: cannot be read (EIO: i/o error, read); the 1 packet before it was read');
  });
});

describe('which reader reads', () => {
  it.each([
    ['a small file of the common variant goes through pcap-parser', {}, 1],
    ['nanoseconds do not', { magic: 0xa1b23c4d }, 0],
    ['nor do old versions', { minor: 2 }, 0],
  ] as const)('%s', async (_, kind, calls) => {
    const spy = vi.spyOn(library, 'parseWithLibrary');
    await readAll(pcap(TWO, kind));
    expect(spy.mock.calls.length).toBe(calls);
    spy.mockRestore();
  });

  it('both readers give the same packets', async () => {
    const many = Array.from({ length: 9000 }, (_, i) => ({ bytes: Buffer.alloc(i % 40, i), seconds: i, fraction: i, original: 2000 }));
    const small = (await readAll(pcap(many.slice(0, 5000)), 4096)).packets;
    const large = (await readAll(pcap(many), 4096)).packets;
    expect(large.length).toBe(9000);
    expect(large.slice(0, 5000)).toEqual(small);
  });
});

describe("tcpdump's own captures", () => {
  const folder = 'fixtures/captures/tcpdump';
  const rows = readFileSync(`${folder}/expected.tsv`, 'utf8').trim().split('\n').slice(1);
  it.each(rows.map((row) => row.split('\t')))('%s holds %s packets', async (file, expected) => {
    let count = 0;
    for await (const batch of readCaptureFile(`${folder}/${file}`)) count += batch.count;
    expect(String(count)).toBe(expected);
  });
});

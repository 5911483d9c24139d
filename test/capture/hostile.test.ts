import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/capture/collect.js';
import { CaptureError } from '../../src/capture/error.js';
import { buildFlows } from '../../src/capture/flows/build.js';
import { readCapture } from '../../src/capture/read/index.js';
import { SYN, ethernet, icmpError, ipv4, ipv6, sll2, tcp, udp, vxlan } from './packets.js';
import { interfaceBlock, packetBlock, pcap, sectionBlock } from './captures.js';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

interface Outcome {
  readonly packets: number;
  readonly flows: number;
  readonly error?: string;
}

/** Reads, decodes and joins; what is no CaptureError is a fault of ours and fails the test. */
async function outcomeOf(bytes: Buffer, size = 1 << 16): Promise<Outcome> {
  let packets = 0;
  const counted = async function* (): ReturnType<typeof readCapture> {
    for await (const batch of readCapture(pieces(bytes, size), 'x')) {
      packets += batch.count;
      yield batch;
    }
  };
  try {
    const { collector, taps, sources } = await collect([{ spec: { path: 'x', netns: 'host' }, batches: counted }]);
    const flows = [...buildFlows(collector, taps)];
    const hops = flows.reduce((sum, flow) => sum + flow.hops.reduce((all, hop) => all + hop.packets, 0), 0);
    expect(hops).toBeLessThanOrEqual(packets);
    const problem = sources[0]?.problem;
    return { packets, flows: flows.length, ...(problem !== undefined && { error: problem }) };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { packets, flows: 0, error: error.message };
  }
}

const FE80 = 'fe80'.padEnd(32, '0');
const FRAMES = [
  ethernet('02:00:00:00:00:01', '02:00:00:00:00:02', 0x0800, ipv4('10.0.0.1', '10.0.0.2', 6, tcp(4000, 80, 1, 0, SYN)), [[0x8100, 5]]),
  ethernet('02:00:00:00:00:01', '02:00:00:00:00:02', 0x86dd, ipv6(FE80, FE80, 17, udp(4000, 53, 'question'))),
  ethernet(
    '02:00:00:00:00:01',
    '02:00:00:00:00:02',
    0x0800,
    ipv4('10.0.0.2', '10.0.0.1', 1, icmpError(3, 3, ipv4('10.0.0.1', '10.0.0.2', 17, udp(4000, 53, 'question')))),
  ),
  ethernet(
    '02:00:00:00:00:01',
    '02:00:00:00:00:02',
    0x0800,
    ipv4(
      '10.0.0.1',
      '10.0.0.2',
      17,
      udp(
        4789,
        4789,
        vxlan(7, ethernet('02:00:00:00:00:03', '02:00:00:00:00:04', 0x0800, ipv4('1.1.1.1', '2.2.2.2', 6, tcp(1, 2, 3, 0, SYN)))),
      ),
    ),
  ),
];
const MADE = FRAMES.map((bytes, i) => ({ bytes, seconds: 1_700_000_000 + i, fraction: i }));
const CLASSIC = pcap(MADE, { linktype: 1 });
const NG = Buffer.concat([
  sectionBlock(),
  interfaceBlock({ linktype: 1, name: 'eth0', tsresol: 9 }),
  ...FRAMES.map((bytes, i) => packetBlock(bytes, 0, BigInt(i))),
  sectionBlock(true),
  interfaceBlock({ linktype: 276, bigEndian: true }),
  packetBlock(sll2(3, true, FRAMES[0]!.subarray(18)), 0, 5n, true),
]);
const WHOLE: readonly (readonly [string, Buffer, number])[] = [
  ['classic', CLASSIC, 4],
  ['nanoseconds, big-endian', pcap(MADE, { linktype: 1, magic: 0xa1b23c4d, bigEndian: true }), 4],
  ["Kuznetzov's", pcap(MADE, { linktype: 1, magic: 0xa1b2cd34 }), 4],
  ['old version', pcap(MADE, { linktype: 1, minor: 2 }), 4],
  ['pcapng', NG, 5],
  ['gzip', gzipSync(CLASSIC), 4],
  ['gzip of pcapng', gzipSync(NG), 5],
];

const byte = fc.nat(255);

describe('hostile captures', () => {
  it.each(WHOLE)('%s: whole, it is read whole', async (_, bytes, packets) => {
    expect(await outcomeOf(bytes, 7)).toMatchObject({ packets, flows: expect.any(Number) as number });
    expect((await outcomeOf(bytes)).error).toBeUndefined();
  });

  it.each(WHOLE)('%s: bytes changed, or cut, or repeated', async (_, bytes) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), byte), { maxLength: 6 }),
        fc.nat(bytes.length),
        fc.nat(40),
        async (changes, cut, again) => {
          const copy = Buffer.from(bytes);
          for (const [at, value] of changes) copy[at] = value;
          await outcomeOf(Buffer.concat([copy.subarray(0, cut || copy.length), copy.subarray(copy.length - again)]));
        },
      ),
      { numRuns: 80 },
    );
  });

  it.each(WHOLE)('%s: cut anywhere, it says so, and how much was read', async (name, bytes, packets) => {
    const untold: number[] = [];
    for (let cut = 1; cut < bytes.length; cut++) {
      const { error, packets: read } = await outcomeOf(bytes.subarray(0, cut));
      if (error === undefined) untold.push(cut);
      else if (read === 0) expect(error).toContain('; nothing was read before it');
      else expect(error).toContain(read === 1 ? '; the 1 packet before it was read' : `; the ${read} packets before it were read`);
    }
    // between two records or blocks of a plain file nothing tells that more should follow
    const boundaries = name === 'pcapng' ? packets + 2 : packets;
    expect(untold.length).toBe(name.startsWith('gzip') ? 0 : boundaries);
  });

  it.each([0, 1, 12, 101, 108, 113, 228, 229, 276, 9999])('link type %i with bytes that mean nothing', async (linktype) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 90 }), { minLength: 1, maxLength: 8 }), async (packets) => {
        const made = packets.map((bytes) => ({ bytes: Buffer.from(bytes) }));
        expect((await outcomeOf(pcap(made, { linktype }))).packets).toBe(packets.length);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a record of most bytes that few follow', pcap([{ bytes: Buffer.alloc(1000) }], { linktype: 231, snaplen: 0x7fffffff })],
    ['very many empty packets', pcap(Array.from({ length: 60_000 }, () => ({ bytes: Buffer.alloc(0) })))],
    ['very many sections', Buffer.concat(Array.from({ length: 30_000 }, () => sectionBlock()))],
    ['very many interfaces', Buffer.concat([sectionBlock(), ...Array.from({ length: 50_000 }, () => interfaceBlock())])],
    ['zeros in gzip', gzipSync(Buffer.alloc(1 << 28))],
  ])('%s: bounded', async (_, bytes) => {
    if (bytes.readUInt32LE(20) === 231) bytes.writeUInt32LE(100 << 20, 32);
    const before = process.memoryUsage();
    await outcomeOf(bytes);
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(grown).toBeLessThan(20 * bytes.length + (1 << 26));
  });
});

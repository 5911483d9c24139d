import { describe, expect, it } from 'vitest';
import { block, interfaceBlock, packetBlock, readAll, sectionBlock } from '../captures.js';
import type { Read } from '../captures.js';

const A = Buffer.from('01020304050607', 'hex');

function packet(time: string, iface: string): Read['packets'][number] {
  return { hex: A.toString('hex'), original: A.length, time, iface };
}

/** Blocks one after the other. */
function file(...blocks: readonly Buffer[]): Buffer {
  return Buffer.concat(blocks);
}

describe('pcapng', () => {
  it.each([false, true])('several interfaces with names, addresses and clocks; big-endian: %s', async (bigEndian) => {
    const bytes = file(
      sectionBlock(bigEndian),
      interfaceBlock({ linktype: 1, name: 'docker0', mac: [2, 0x42, 0, 0, 0, 1], bigEndian }),
      interfaceBlock({ name: 'any', tsresol: 9, bigEndian }),
      interfaceBlock({ tsresol: 0x80 | 10, bigEndian }),
      packetBlock(A, 0, 1700000000123456n, bigEndian),
      packetBlock(A, 1, 1700000000123456789n, bigEndian),
      packetBlock(A, 2, (1700000000n << 10n) | 512n, bigEndian),
      block(5, Buffer.alloc(8), bigEndian),
      block(3, Buffer.concat([word(A.length, bigEndian), A]), bigEndian),
    );
    expect(await readAll(bytes)).toEqual({
      packets: [
        packet('1700000000.123456000', '1 docker0 02:42:00:00:00:01'),
        packet('1700000000.123456789', '101 any'),
        packet('1700000000.500000000', '101'),
        packet('0.000000000', '1 docker0 02:42:00:00:00:01'),
      ],
    });
  });

  it('sections of different byte orders, each with interfaces of its own', async () => {
    const bytes = file(
      ...[sectionBlock(), interfaceBlock({ name: 'a' }), packetBlock(A, 0, 1000000n)],
      ...[sectionBlock(true), interfaceBlock({ name: 'b', bigEndian: true }), packetBlock(A, 0, 2000000n, true)],
    );
    const packets = [packet('1.000000000', '101 a'), packet('2.000000000', '101 b')];
    expect(await readAll(bytes)).toEqual({ packets });
    expect(await readAll(bytes, 5)).toEqual({ packets });
  });

  const start = file(sectionBlock(), interfaceBlock());
  const one = file(start, packetBlock(A, 0, 1000000n));
  const READ = [packet('1.000000000', '101')];
  it.each([
    [
      'cut within a block',
      file(one, packetBlock(A, 0, 0n).subarray(0, 30)),
      'the file is cut: a block needs 40 bytes, and 30 are there (at byte 92)',
    ],
    [
      'an interface that is not described',
      file(one, packetBlock(A, 4, 0n)),
      'damaged: packet 2 came by interface 4, which the section does not describe (at byte 92)',
    ],
    ['a length that is no multiple of four', file(one, damaged(4, 41)), 'damaged: a block claims a length of 41 (at byte 92)'],
    [
      'an absurd length',
      file(one, damaged(4, 0x7ffffff0)),
      'damaged: a block claims 2147483632 bytes, more than the 16777216 that one can have (at byte 92)',
    ],
    ['two lengths that differ', file(one, damaged(36, 44)), 'damaged: a block begins with a length of 40 and ends with 44 (at byte 92)'],
    [
      'a packet larger than its block',
      file(one, damaged(20, 9)),
      'damaged: packet 2 claims 9 bytes, more than its block or the snapshot length holds (at byte 92)',
    ],
  ])('%s', async (_, bytes, error) => {
    expect(await readAll(bytes)).toEqual({ packets: READ, error: `x.pcap: ${error}; the 1 packet before it was read` });
  });

  it('no interface at all', async () => {
    const error = 'x.pcap: the file describes no interface (at byte 28); nothing was read before it';
    expect(await readAll(sectionBlock())).toEqual({ packets: [], error });
  });
});

/** A packet block with another word at `at`. */
function damaged(at: number, value: number): Buffer {
  const bytes = packetBlock(A, 0, 0n);
  bytes.writeUInt32LE(value, at);
  return bytes;
}

function word(value: number, bigEndian: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (bigEndian) bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
}

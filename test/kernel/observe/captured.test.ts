import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/kernel/observe/captured.js';

function u16(...values: readonly number[]): number[] {
  return values.flatMap((v) => [(v >> 8) & 255, v & 255]);
}

const u32 = (v: number): number[] => [(v >>> 24) & 255, (v >>> 16) & 255, (v >>> 8) & 255, v & 255];

function ip4(proto: number, src: readonly number[], dst: readonly number[], payload: readonly number[]): number[] {
  return [0x45, 0, ...u16(20 + payload.length), ...u16(77), 0, 0, 64, proto, 0, 0, ...src, ...dst, ...payload];
}

function ip6(next: number, src: number, dst: number, payload: readonly number[]): number[] {
  const address = (last: number): number[] => [0xfd, 0, ...Array<number>(13).fill(0), last];
  return [0x60, 0x01, 0x02, 0x03, ...u16(payload.length), next, 64, ...address(src), ...address(dst), ...payload];
}

function tcp(sport: number, dport: number, seq: number, ack: number, flags: number): number[] {
  return [...u16(sport, dport), ...u32(seq), ...u32(ack), 0x50, flags, ...Array<number>(6).fill(0)];
}

/** A capture of link type LINUX_SLL2. */
function capture(
  frames: readonly { readonly index: number; readonly type: number; readonly proto: number; readonly bytes: readonly number[] }[],
): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt32LE(276, 20);
  const records = frames.map(({ index, type, proto, bytes }, i) => {
    const frame = Buffer.from([...u16(proto, 0), ...u32(index), ...u16(1), type, 6, ...Array<number>(8).fill(0), ...bytes]);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(i, 0);
    record.writeUInt32LE(5000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return Buffer.concat([record, frame]);
  });
  return Buffer.concat([header, ...records]);
}

const NAMES = new Map([[2, 'eth0']]);
const [A, B] = [
  [10, 0, 0, 1],
  [10, 0, 0, 2],
] as const;
const V4 = { netns: 'web', iface: 'eth0', family: 4, src: '10.0.0.1', dst: '10.0.0.2', ident: 77 } as const;

describe('readCapture', () => {
  it.each([
    [
      'a SYN that leaves',
      4,
      ip4(6, A, B, tcp(5000, 80, 7, 0, 2)),
      { ...V4, dir: 'out', body: { proto: 'tcp', kind: 'syn', sport: 5000, dport: 80, seq: 7, ack: 0 } },
    ],
    [
      'a SYN-ACK',
      0,
      ip4(6, A, B, tcp(80, 5000, 9, 8, 18)),
      { ...V4, dir: 'in', body: { proto: 'tcp', kind: 'syn-ack', sport: 80, dport: 5000, seq: 9, ack: 8 } },
    ],
    [
      'a reset',
      0,
      ip4(6, A, B, tcp(80, 5000, 0, 8, 20)),
      { ...V4, dir: 'in', body: { proto: 'tcp', kind: 'rst', sport: 80, dport: 5000, seq: 0, ack: 8 } },
    ],
    [
      'a datagram of one byte',
      0,
      ip4(17, A, B, [...u16(5000, 53, 9, 0), 0x78]),
      { ...V4, dir: 'in', body: { proto: 'udp', sport: 5000, dport: 53, byte: 0x78 } },
    ],
    [
      'an echo request',
      0,
      ip4(1, A, B, [8, 0, 0, 0, ...u16(4321, 1)]),
      { ...V4, dir: 'in', body: { proto: 'echo', reply: false, id: 4321 } },
    ],
    [
      'an ICMP error with what it is about',
      0,
      ip4(1, A, B, [3, 3, 0, 0, 0, 0, 0, 0, ...ip4(17, B, A, u16(5000, 53, 9, 0))]),
      {
        ...V4,
        dir: 'in',
        body: { proto: 'icmp-error', type: 3, code: 3, quoted: { src: '10.0.0.2', dst: '10.0.0.1', sport: 5000, dport: 53 } },
      },
    ],
  ])('%s', (_name, type, bytes, expected) => {
    expect(readCapture(capture([{ index: 2, type, proto: 0x0800, bytes }]), 'web', NAMES)).toEqual([{ time: 5, ...expected }]);
  });

  it('an IPv6 echo reply, with its flow label; the interface by its number where it has no name', () => {
    const bytes = ip6(58, 1, 2, [129, 0, 0, 0, ...u16(4321, 1)]);
    expect(readCapture(capture([{ index: 9, type: 0, proto: 0x86dd, bytes }]), 'web', NAMES)).toEqual([
      {
        time: 5,
        netns: 'web',
        iface: '9',
        dir: 'in',
        family: 6,
        src: 'fd00::1',
        dst: 'fd00::2',
        ident: 0x10203,
        body: { proto: 'echo', reply: true, id: 4321 },
      },
    ]);
  });

  it.each([
    ['acknowledgements and data', ip4(6, A, B, tcp(5000, 80, 8, 10, 16)), 0x0800],
    ['neighbour discovery', ip6(58, 1, 2, [135, 0, 0, 0, 0, 0, 0, 0]), 0x86dd],
    ['ARP', [0, 1], 0x0806],
    ['a header cut short', [0x45], 0x0800],
  ])('%s are passed over', (_name, bytes, proto) => {
    expect(readCapture(capture([{ index: 2, type: 0, proto, bytes }]), 'web', NAMES)).toEqual([]);
  });

  it('another link type holds nothing for us', () => {
    expect(readCapture(Buffer.alloc(24), 'web', NAMES)).toEqual([]);
  });
});

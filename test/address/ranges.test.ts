import { describe, expect, it } from 'vitest';
import { parseIp } from '../../src/address/ip.js';
import { Partition } from '../../src/reachability/classes/partition.js';
import { formatAddresses, formatPorts, includes, intersect, subtract, toSet, type RangeSet } from '../../src/address/ranges.js';

const A: RangeSet = [
  [1, 5],
  [10, 20],
  [30, 30],
];
const B: RangeSet = [
  [3, 12],
  [20, 29],
];

describe('ranges', () => {
  it.each([
    [
      'joined',
      toSet([
        [6, 9],
        [1, 5],
        [20, 30],
        [15, 22],
      ]),
      [
        [1, 9],
        [15, 30],
      ],
    ],
    [
      'in both',
      intersect(A, B),
      [
        [3, 5],
        [10, 12],
        [20, 20],
      ],
    ],
    [
      'in the first only',
      subtract(A, B),
      [
        [1, 2],
        [13, 19],
        [30, 30],
      ],
    ],
    ['nothing left', subtract(B, [[0, 65535]]), []],
  ])('%s', (_, actual, expected) => expect(actual).toEqual(expected));

  it('tells members', () => expect([0, 1, 5, 6, 10, 20, 21, 30, 31].filter((v) => includes(A, v))).toEqual([1, 5, 10, 20, 30]));
  it('prints ports', () => expect(formatPorts(A)).toBe('1-5, 10-20, 30'));
  it('prints addresses as prefixes', () =>
    expect(
      formatAddresses([
        [parseIp('10.0.0.1')!, parseIp('10.0.0.8')!],
        [parseIp('10.1.0.0')!, parseIp('10.1.255.255')!],
      ]),
    ).toEqual(['10.0.0.1', '10.0.0.2/31', '10.0.0.4/30', '10.0.0.8', '10.1.0.0/16']));
});

describe('a partition', () => {
  const parts = new Partition(
    [0, 100],
    [
      [[10, 20]],
      [
        [15, 30],
        [50, 60],
      ],
      [[70, 70]],
    ],
  );

  it('puts values together that meet the same conditions', () =>
    expect(parts.blocks).toEqual([
      [
        [0, 9],
        [31, 49],
        [61, 69],
        [71, 100],
      ],
      [[10, 14]],
      [[15, 20]],
      [
        [21, 30],
        [50, 60],
      ],
      [[70, 70]],
    ]));
  it('finds the block of a value', () =>
    expect([0, 12, 17, 55, 70, 100].map((v) => parts.blocks.indexOf(parts.blockOf(v)))).toEqual([0, 1, 2, 3, 4, 0]));
});

import { expect, test } from 'vitest';
import { PortBox } from '../../../src/datapath/cache/port-box.js';
import { aroundPort } from '../../../src/datapath/netfilter/set-ports.js';
import type { KeyedSet } from '../../../src/netfilter/index.js';
import { sequence } from '../../reachability/hosts.js';

const setOf = (ranges: readonly (readonly [number, number])[]): KeyedSet => ({
  name: '@ports',
  id: 'ports',
  width: 1,
  entries: ranges.map(([lo, hi]) => ({ key: [{ kind: 'range', lo, hi }], asks: [] })),
  dynamic: false,
});

test.each([
  [[], 80, [0, 65535]],
  [[[80, 80]], 80, [80, 80]],
  [[[80, 80]], 79, [0, 79]],
  [[[80, 80]], 81, [81, 65535]],
  [
    [
      [1, 100],
      [50, 200],
    ],
    75,
    [50, 100],
  ],
  [[[0, 65535]], 9, [0, 65535]],
] as const)('%j about %i: %j', (ranges, port, expected) => {
  expect(aroundPort(setOf(ranges), 0, port)).toEqual(expected);
});

test('as all ranges one by one', () => {
  const next = sequence(7);
  for (let round = 0; round < 200; round++) {
    const ranges = Array.from({ length: 1 + next(12) }, () => {
      const lo = next(65536);
      return [lo, Math.min(lo + next(3) * next(4000), 65535)] as const;
    });
    const at = { sport: 1 + next(65000), dport: next(65536) };
    const [one, other] = [new PortBox(at, true), new PortBox(at, true)];
    for (const port of [at.sport, at.sport + 1, at.dport]) {
      for (const [lo, hi] of ranges) one.compared(port, lo, hi);
      other.compared(port, ...aroundPort(setOf(ranges), 0, port));
    }
    for (let tried = 0; tried < 200; tried++) {
      const edge = ranges[next(ranges.length)]![next(2)]! + next(3) - 1;
      for (const ports of [
        { ...at, sport: edge },
        { ...at, sport: edge - 1 },
        { ...at, dport: edge },
        { sport: next(65536), dport: next(65536) },
      ])
        expect([ports, other.has(ports)]).toEqual([ports, one.has(ports)]);
    }
  }
});

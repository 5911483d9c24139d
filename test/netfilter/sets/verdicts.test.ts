import { expect, it } from 'vitest';
import { verdictsOf, type KeyedSet, type SetEntry } from '../../../src/netfilter/index.js';

const entry = (lo: number, text: string, chain?: string): SetEntry => ({
  key: [{ kind: 'range', lo, hi: lo }],
  data: { kind: 'action', action: chain === undefined ? { kind: 'drop' } : { kind: 'jump', chain }, text, entry: () => String(lo) },
  asks: [],
});
const map = (entries: readonly SetEntry[]): KeyedSet => ({ name: '@m', id: 'ip t m', width: 1, entries, dynamic: false });

it('each verdict of a map is told once, however many entries come to it, and as often as it is asked', () => {
  const one = map([
    ...Array.from({ length: 5000 }, (_, i) => entry(i, 'jump web', 'web')),
    ...Array.from({ length: 5000 }, (_, i) => entry(5000 + i, 'drop')),
    entry(10_000, 'jump db', 'db'),
  ]);
  const verdicts = [{ kind: 'jump', chain: 'web' }, { kind: 'drop' }, { kind: 'jump', chain: 'db' }];
  expect([verdictsOf(one), verdictsOf(one)]).toEqual([verdicts, verdicts]);
  expect(verdictsOf(map([]))).toEqual([]);
});

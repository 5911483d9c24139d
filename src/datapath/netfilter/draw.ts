import type { KeyedSet } from '../../netfilter/index.js';
import type { Draw } from './step-result.js';

/** So many different draws are looked at; of more, the first of them and the last. */
const MOST_WAYS = 16;

function spread(first: number, last: number): readonly number[] {
  if (last - first + 1 > MOST_WAYS) return [first, last];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Values that stand for all that can be drawn: one for each entry of the map that it falls in, and one that falls in none. */
export function drawable({ mod, offset }: Draw, map: { readonly set: KeyedSet; readonly field: number } | undefined): readonly number[] {
  const top = offset + mod - 1;
  if (map === undefined || map.set.plain !== undefined) return spread(offset, top);
  const found = new Set<number>();
  const taken: (readonly [number, number])[] = [];
  for (const { key } of map.set.entries) {
    const part = key[map.field];
    if (part?.kind !== 'range') continue;
    const [lo, hi] = [Math.max(offset, Number(part.lo)), Math.min(top, Number(part.hi))];
    if (lo > hi) continue;
    found.add(lo);
    taken.push([lo, hi]);
  }
  let next = offset;
  for (const [lo, hi] of taken.sort(([a], [b]) => a - b)) {
    if (lo > next) break;
    next = Math.max(next, hi + 1);
  }
  if (next <= top) found.add(next);
  const all = [...found];
  return all.length > MOST_WAYS ? [all[0]!, all.at(-1)!] : all;
}

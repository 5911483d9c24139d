import type { KeyedSet } from '../../netfilter/index.js';

/** Where the ranges of one field of a set begin, and where what follows them does, in ascending order. */
const bounds = new WeakMap<KeyedSet, Map<number, Uint32Array>>();

function boundsOf(set: KeyedSet, field: number): Uint32Array {
  let ofSet = bounds.get(set);
  if (ofSet === undefined) bounds.set(set, (ofSet = new Map<number, Uint32Array>()));
  let found = ofSet.get(field);
  if (found !== undefined) return found;
  const places = new Set<number>();
  for (const { key } of set.entries) {
    const part = key[field];
    if (part?.kind === 'range') places.add(Number(part.lo)).add(Number(part.hi) + 1);
  }
  const { plain } = set;
  if (plain !== undefined) for (let i = 0; i < plain.lo.length; i++) places.add(Number(plain.lo[i])).add(Number(plain.hi[i]) + 1);
  ofSet.set(field, (found = Uint32Array.from(places).sort()));
  return found;
}

/**
 * Ports between two such places are in the same of the ranges: they come to the same in a look-up. A map of 100,000 addresses and ports was gone
 * through for each trace otherwise, which took fifty times as long as the trace.
 * @returns the ports about one that no range of a set's field tells from it: first and last.
 */
export function aroundPort(set: KeyedSet, field: number, port: number): readonly [lo: number, hi: number] {
  const places = boundsOf(set, field);
  let below = 0;
  let above = places.length;
  while (below < above) {
    const middle = (below + above) >>> 1;
    if (places[middle]! <= port) below = middle + 1;
    else above = middle;
  }
  return [places[below - 1] ?? 0, (places[below] ?? 0x10000) - 1];
}

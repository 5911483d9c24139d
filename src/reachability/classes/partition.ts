import type { Ip } from '../../address/ip.js';
import { addTo } from '../../datapath/index.js';
import { type Range, after, before, toSet, type RangeSet } from '../../address/ranges.js';

/** One condition on a field: the values that meet it. */
export type Condition = readonly Range[];

/** Two words of a fixed pseudo-random sequence (splitmix32), one pair for each condition. */
function words(id: number): readonly [number, number] {
  const word = (seed: number): number => {
    let z = (seed + 0x9e3779b9) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return [word(id * 2 + 1), word(Math.imul(id, 2654435761) ^ 0x5bd1e995)];
}

interface Edge {
  readonly at: Ip;
  readonly id: number;
}

/**
 * Parts the values of a field by the conditions that look at it: two values are in one class where every condition gives
 * both the same answer. Conditions met by a value are told apart by a 64-bit sum of words, one a condition, so that the
 * sweep costs n log n for n ranges; ranges of one condition must not overlap.
 */
export class Partition {
  private readonly starts: Ip[] = [];
  private readonly classAt: number[] = [];
  private readonly members: Range[][] = [];

  constructor(all: Range, conditions: Iterable<Condition>) {
    const edges: Edge[] = [];
    let id = 0;
    // what is asked twice parts nothing more
    for (const condition of new Set(conditions)) {
      id++;
      for (const [lo, hi] of condition) {
        edges.push({ at: lo, id });
        if (hi < all[1]) edges.push({ at: after(hi), id });
      }
    }
    edges.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    this.sweep(all, edges);
  }

  private sweep(all: Range, edges: readonly Edge[]): void {
    const known = new Map<number, Map<number, number>>();
    let [high, low] = [0, 0];
    let start = all[0];
    const close = (end: Ip): void => {
      let lows = known.get(high);
      if (lows === undefined) known.set(high, (lows = new Map<number, number>()));
      let index = lows.get(low);
      if (index === undefined) {
        index = this.members.length;
        lows.set(low, index);
        this.members.push([]);
      }
      const list = this.members[index]!;
      const last = list.at(-1);
      if (last !== undefined && after(last[1]) === start) list[list.length - 1] = [last[0], end];
      else list.push([start, end]);
      this.starts.push(start);
      this.classAt.push(index);
    };
    for (const { at, id } of edges) {
      if (at > start) {
        close(before(at));
        start = at;
      }
      const [a, b] = words(id);
      high = (high ^ a) >>> 0;
      low = (low ^ b) >>> 0;
    }
    close(all[1]);
  }

  /** @returns the values that no condition tells from `value`. */
  blockOf(value: Ip): RangeSet {
    let lo = 0;
    let hi = this.starts.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.starts[mid]! <= value) lo = mid;
      else hi = mid - 1;
    }
    return this.members[this.classAt[lo]!] ?? [];
  }

  /** @returns every class. */
  get blocks(): readonly RangeSet[] {
    return this.members;
  }
}

/**
 * What the first of several ranges that holds a value comes to, as sets: `labels[i]` is what the i-th range stands for.
 * @returns the values of each label.
 */
export function firstTakers(ranges: readonly Range[], labels: readonly string[]): readonly Condition[] {
  const cuts = [...new Set(ranges.flatMap(([lo, hi]) => [lo, after(hi)]))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const place = new Map(cuts.map((cut, i) => [cut, i]));
  // the next piece that nobody has taken, by path halving
  const free = Int32Array.from({ length: cuts.length + 1 }, (_, i) => i);
  const next = (from: number): number => {
    let at = from;
    while (free[at] !== at) at = free[at] = free[free[at]!]!;
    return at;
  };
  const taken = new Map<string, Range[]>();
  ranges.forEach(([lo, hi], i) => {
    const end = place.get(after(hi))!;
    for (let at = next(place.get(lo)!); at < end; at = next(at)) {
      free[at] = at + 1;
      addTo(taken, labels[i]!, [cuts[at]!, before(cuts[at + 1]!)]);
    }
  });
  return [...taken.values()].map(toSet);
}

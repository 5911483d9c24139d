import type { Ip } from '../../address/ip.js';
import type { Value } from '../term.js';
import type { KeyedSet, KeyPart, PlainRanges, SetEntry } from './keyed-set.js';

/** An entry that stands for an element of a plain list. */
const PLAIN: SetEntry = { key: [], asks: [] };
/** So few entries are tried one by one. */
const FEW = 8;

/** @returns whether a part of a key holds a value. */
export function fits(part: KeyPart, value: Value): boolean {
  switch (part.kind) {
    case 'any':
      return true;
    case 'name':
      return typeof value === 'string' && (part.prefix ? value.startsWith(part.name) : value === part.name);
    case 'range':
      return typeof value !== 'string' && value >= part.lo && value <= part.hi;
  }
}

/** @returns the value that a part stands for alone. */
function exactly(part: KeyPart): Value | undefined {
  if (part.kind === 'name') return part.prefix ? undefined : part.name;
  return part.kind === 'range' && part.lo === part.hi ? part.lo : undefined;
}

interface Level {
  find(values: readonly Value[]): SetEntry | undefined;
}

/** Tries a handful in turn. */
class Few implements Level {
  constructor(private readonly entries: readonly SetEntry[]) {}

  find(values: readonly Value[]): SetEntry | undefined {
    return this.entries.find(({ key }) => key.every((part, field) => fits(part, values[field]!)));
  }
}

/** Keys without ranges, hashed whole. */
class Exact implements Level {
  private readonly byKey = new Map<Value, SetEntry>();

  constructor(entries: readonly SetEntry[]) {
    for (const entry of entries) {
      const key = keyOf(entry.key.map((part) => exactly(part)!));
      if (!this.byKey.has(key)) this.byKey.set(key, entry);
    }
  }

  find(values: readonly Value[]): SetEntry | undefined {
    return this.byKey.get(keyOf(values));
  }
}

function keyOf(values: readonly Value[]): Value {
  if (values.length === 1) return typeof values[0] === 'bigint' ? String(values[0]) : values[0]!;
  return values.join(' ');
}

/**
 * A segment tree over one field: each entry lies in the O(log n) nodes that its range is made of, each node holds what the
 * other fields ask, so a look-up goes down one path.
 */
class Tree implements Level {
  private readonly bounds: readonly Ip[];
  private readonly nodes = new Map<number, SetEntry[]>();
  private readonly levels = new Map<number, Level>();

  constructor(
    entries: readonly SetEntry[],
    private readonly field: number,
    left: readonly number[],
  ) {
    const starts = new Map<string, Ip>();
    const note = (ip: Ip): unknown => starts.set(`${typeof ip} ${ip}`, ip);
    for (const { key } of entries) {
      const part = key[field]!;
      if (part.kind !== 'range') continue;
      note(part.lo);
      note(typeof part.hi === 'number' ? part.hi + 1 : part.hi + 1n);
    }
    this.bounds = [...starts.values()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    for (const entry of entries) {
      const part = entry.key[field]!;
      if (part.kind === 'range') this.file(entry, this.slot(part.lo), this.slot(part.hi), 1, 0, this.bounds.length - 1);
    }
    for (const [node, own] of this.nodes) this.levels.set(node, levelOf(own, left));
    this.nodes.clear();
  }

  /** The last bound that is not above a value. */
  private slot(value: Ip): number {
    let lo = 0;
    let hi = this.bounds.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >>> 1;
      if (this.bounds[mid]! <= value) lo = mid;
      else hi = mid - 1;
    }
    return lo;
  }

  private file(entry: SetEntry, from: number, to: number, node: number, lo: number, hi: number): void {
    if (from > hi || to < lo) return;
    if (from <= lo && hi <= to) {
      const own = this.nodes.get(node);
      if (own === undefined) this.nodes.set(node, [entry]);
      else own.push(entry);
      return;
    }
    const mid = (lo + hi) >>> 1;
    this.file(entry, from, to, node * 2, lo, mid);
    this.file(entry, from, to, node * 2 + 1, mid + 1, hi);
  }

  find(values: readonly Value[]): SetEntry | undefined {
    const value = values[this.field]!;
    if (typeof value === 'string' || this.bounds.length === 0 || value < this.bounds[0]!) return undefined;
    const at = this.slot(value);
    let [node, lo, hi] = [1, 0, this.bounds.length - 1];
    for (;;) {
      const found = this.levels.get(node)?.find(values);
      if (found !== undefined || lo === hi) return found;
      const mid = (lo + hi) >>> 1;
      if (at <= mid) [node, hi] = [node * 2, mid];
      else [node, lo] = [node * 2 + 1, mid + 1];
    }
  }
}

/** One field hashed, the others below. */
class Hashed implements Level {
  private readonly byValue = new Map<Value, Level>();

  constructor(
    entries: readonly SetEntry[],
    private readonly field: number,
    left: readonly number[],
  ) {
    const groups = new Map<Value, SetEntry[]>();
    for (const entry of entries) {
      const key = keyOf([exactly(entry.key[field]!)!]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [entry]);
      else group.push(entry);
    }
    for (const [key, group] of groups) this.byValue.set(key, levelOf(group, left));
  }

  find(values: readonly Value[]): SetEntry | undefined {
    return this.byValue.get(keyOf([values[this.field]!]))?.find(values);
  }
}

function levelOf(entries: readonly SetEntry[], fields: readonly number[]): Level {
  if (entries.length <= FEW || fields.length === 0) return new Few(entries);
  const hashed = fields.find((field) => entries.every(({ key }) => exactly(key[field]!) !== undefined));
  if (hashed !== undefined) return new Hashed(entries, hashed, without(fields, hashed));
  const ranged = fields.find((field) => entries.every(({ key }) => key[field]!.kind === 'range'));
  return ranged === undefined ? new Few(entries) : new Tree(entries, ranged, without(fields, ranged));
}

const without = (fields: readonly number[], field: number): readonly number[] => fields.filter((one) => one !== field);

function includes({ lo, hi }: PlainRanges, value: Value): boolean {
  if (typeof value === 'string') return false;
  let below = 0;
  let above = lo.length;
  while (below < above) {
    const mid = (below + above) >>> 1;
    if (lo[mid]! <= value) below = mid + 1;
    else above = mid;
  }
  return below > 0 && hi[below - 1]! >= value;
}

/** Finds the entry of a key: hashed where keys are exact, in logarithmic time where they are ranges, in each field. */
export class SetIndex {
  private readonly plain: PlainRanges | undefined;
  private readonly keyed: Level;
  private readonly wildcard: SetEntry | undefined;

  private constructor(set: KeyedSet) {
    this.plain = set.plain;
    this.wildcard = set.entries.find(({ key }) => key[0]?.kind === 'any' && key.length < Math.max(2, set.width));
    const entries = set.entries.filter((entry) => entry !== this.wildcard);
    const exact = entries.length > FEW && entries.every(({ key }) => key.every((part) => exactly(part) !== undefined));
    this.keyed = exact
      ? new Exact(entries)
      : levelOf(
          entries,
          Array.from({ length: set.width }, (_, field) => field),
        );
  }

  private static readonly made = new WeakMap<KeyedSet, SetIndex>();

  /** @returns the index of a set, made on first use. */
  static of(set: KeyedSet): SetIndex {
    let index = SetIndex.made.get(set);
    if (index === undefined) SetIndex.made.set(set, (index = new SetIndex(set)));
    return index;
  }

  /** @returns the entry that holds a key; entries never overlap, but for a wildcard, which holds the rest. */
  find(values: readonly Value[]): SetEntry | undefined {
    if (this.plain !== undefined && includes(this.plain, values[0]!)) return PLAIN;
    return this.keyed.find(values) ?? this.wildcard;
  }
}

import { addressBits, familyOf, formatIp, maskOf, type Family, type Ip } from './ip.js';

/** A closed range of values of one field: addresses, ports, marks. */
export type Range = readonly [lo: Ip, hi: Ip];

/** A set of values of one field: closed ranges, ascending, disjoint and not adjacent. All of one family. */
export type RangeSet = readonly Range[];

/** The largest value of a field. */
export const PORT_MAX = 65535;
export const ALL_PORTS: RangeSet = [[0, PORT_MAX]];

/** @returns every address of a family. */
export function allAddresses(family: Family): RangeSet {
  return family === 4 ? [[0, 0xffffffff]] : [[0n, (1n << 128n) - 1n]];
}

/** @returns the value after `value`. */
export function after(value: Ip): Ip {
  return typeof value === 'number' ? value + 1 : value + 1n;
}

/** @returns the value before `value`. */
export function before(value: Ip): Ip {
  return typeof value === 'number' ? value - 1 : value - 1n;
}

/** @returns an address that stands for a range: of a network the first that a machine may have. */
export function exampleOf([lo, hi]: Range): Ip {
  return lo === hi ? lo : after(lo);
}

function ascending(a: Range, b: Range): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** @returns the same values as a proper set: sorted, joined where ranges touch. */
export function toSet(ranges: readonly Range[]): RangeSet {
  if (ranges.length < 2) return ranges;
  const out: [Ip, Ip][] = [];
  for (const [lo, hi] of [...ranges].sort(ascending)) {
    const last = out.at(-1);
    if (last !== undefined && lo <= after(last[1])) {
      if (hi > last[1]) last[1] = hi;
    } else out.push([lo, hi]);
  }
  return out;
}

/** @returns the place of the first range that does not end below a value. */
function firstFrom(set: RangeSet, value: Ip, start: number): number {
  let lo = start;
  let hi = set.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (set[mid]![1] < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** So many times longer, and the other set is searched instead of read. */
const LOPSIDED = 32;

/** Gives the values that are in both sets, range by range. */
export function* intersection(a: RangeSet, b: RangeSet): Generator<Range> {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const searched = many.length > few.length * LOPSIDED;
  let j = 0;
  for (const [alo, ahi] of few) {
    if (searched) j = firstFrom(many, alo, j);
    else while (j < many.length && many[j]![1] < alo) j++;
    for (let k = j; k < many.length && many[k]![0] <= ahi; k++) {
      const [blo, bhi] = many[k]!;
      yield [alo > blo ? alo : blo, ahi < bhi ? ahi : bhi];
    }
  }
}

/** @returns the values that are in both sets. */
export function intersect(a: RangeSet, b: RangeSet): RangeSet {
  if (a === ALL_PORTS) return b;
  if (b === ALL_PORTS) return a;
  return [...intersection(a, b)];
}

/** @returns the values of `a` that are not in `b`. */
export function subtract(a: RangeSet, b: RangeSet): RangeSet {
  const out: Range[] = [];
  let j = 0;
  for (const [alo, ahi] of a) {
    let lo = alo;
    while (j < b.length && b[j]![1] < lo) j++;
    for (let k = j; k < b.length && b[k]![0] <= ahi && lo <= ahi; k++) {
      const [blo, bhi] = b[k]!;
      if (blo > lo) out.push([lo, before(blo)]);
      lo = after(bhi);
    }
    if (lo <= ahi) out.push([lo, ahi]);
  }
  return out;
}

/** @returns whether a value is in the set, by bisection. */
export function includes(set: RangeSet, value: Ip): boolean {
  let lo = 0;
  let hi = set.length - 1;
  while (lo <= hi) {
    const mid = (lo + hi) >> 1;
    const range = set[mid]!;
    if (value < range[0]) hi = mid - 1;
    else if (value > range[1]) lo = mid + 1;
    else return true;
  }
  return false;
}

/** @returns whether every value of `inner` is in `outer`. */
export function covers(outer: RangeSet, inner: RangeSet): boolean {
  return subtract(inner, outer).length === 0;
}

/** @returns how many values the set holds. */
export function sizeOf(set: RangeSet): bigint {
  return set.reduce((sum, [lo, hi]) => sum + BigInt(hi) - BigInt(lo) + 1n, 0n);
}

/** @returns `80, 443, 8000-8010`. */
export function formatPorts(set: RangeSet): string {
  return set.map(([lo, hi]) => (lo === hi ? String(lo) : `${lo}-${hi}`)).join(', ');
}

/** @returns the ports that `formatPorts` wrote. */
export function parsePorts(text: string): RangeSet {
  const words = text.split(', ').filter((word) => word !== '');
  return toSet(
    words.map((word) => {
      const [lo = 0, hi = lo] = word.split('-').map(Number);
      return [lo, hi];
    }),
  );
}

/** The longest prefix that starts at `lo` and does not pass `hi`. */
function widestPrefix(lo: Ip, hi: Ip): { readonly length: number; readonly last: Ip } {
  const bits = addressBits(familyOf(lo));
  const family: Family = familyOf(lo);
  for (let length = 0; length <= bits; length++) {
    const mask = BigInt(maskOf(family, length));
    const last = BigInt(lo) + (1n << BigInt(bits - length)) - 1n;
    if ((BigInt(lo) & mask) === BigInt(lo) && last <= BigInt(hi)) return { length, last: family === 4 ? Number(last) : last };
  }
  return { length: bits, last: lo };
}

/**
 * @param most after so many the list ends with `…`.
 * @returns the set as prefixes: `10.0.0.0/8`, single addresses bare.
 */
export function formatAddresses(set: Iterable<Range>, most = Number.POSITIVE_INFINITY): readonly string[] {
  const out: string[] = [];
  for (const [first, hi] of set) {
    for (let lo = first; lo <= hi;) {
      if (out.length >= most) return [...out, '…'];
      const { length, last } = widestPrefix(lo, hi);
      out.push(lo === last ? formatIp(lo) : `${formatIp(lo)}/${length}`);
      lo = after(last);
    }
  }
  return out;
}

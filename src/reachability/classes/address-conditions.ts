import { addressBits, familyOf, lastOf, type Family, type Ip, type Prefix } from '../../address/ip.js';
import type { CompiledSet, NetnsState } from '../../datapath/index.js';
import { type Range, toSet } from '../../address/ranges.js';
import { keyRanges, looksOf, type Action, type Predicate } from '../../netfilter/index.js';
import type { Condition } from './partition.js';

/** @returns the addresses of a prefix. */
export const rangeOf = (prefix: Prefix): Range => [prefix.addr, lastOf(prefix)];

/** A mask with holes covers many blocks; beyond this many it is not expanded. */
const MOST_BLOCKS = 4096;

/** Addresses with `(address & mask) == value`, for masks with holes too. */
function maskedRanges(addr: Ip, mask: Ip): readonly Range[] {
  const bits = addressBits(familyOf(addr));
  const narrow = (n: bigint): Ip => (typeof addr === 'number' ? Number(n) : n);
  let run = 0;
  const m = BigInt(mask);
  while (run < bits && ((m >> BigInt(run)) & 1n) === 0n) run++;
  const holes: bigint[] = [];
  for (let bit = run; bit < bits; bit++) if (((m >> BigInt(bit)) & 1n) === 0n) holes.push(1n << BigInt(bit));
  const count = Math.min(2 ** holes.length, MOST_BLOCKS);
  return Array.from({ length: count }, (_, n): Range => {
    const lo = holes.reduce((sum, hole, i) => ((n >> i) & 1 ? sum | hole : sum), BigInt(addr));
    return [narrow(lo), narrow(lo + (1n << BigInt(run)) - 1n)];
  });
}

/** @returns the addresses of a prefix, of one whose mask has holes too. */
export function prefixRanges({ addr, mask, length }: Prefix): readonly Range[] {
  return length >= 0 ? [rangeOf({ addr, mask, length })] : maskedRanges(addr, mask);
}

/** What sets ask, by the set: hundreds of rules may name one of a hundred thousand elements, and all of them ask the same. */
const asked = new WeakMap<object, Map<string, readonly Condition[]>>();

/** @returns what was made of a set before, in the same objects. */
function once(set: object, key: string, make: () => Iterable<Condition>): readonly Condition[] {
  let known = asked.get(set);
  if (known === undefined) asked.set(set, (known = new Map<string, readonly Condition[]>()));
  let conditions = known.get(key);
  if (conditions === undefined) known.set(key, (conditions = [...make()]));
  return conditions;
}

function* setConditions(ns: NetnsState, name: string, family: Family, seen: ReadonlySet<string> = new Set()): Generator<Condition> {
  const set: CompiledSet | undefined = seen.has(name) ? undefined : ns.ipset(name);
  if (set === undefined || set.kind === 'unreadable') return;
  if (set.kind === 'list') {
    for (const member of set.members) yield* setConditions(ns, member, family, new Set([...seen, name]));
    return;
  }
  yield* once(set, String(family), () => elementConditions(set, family));
}

type Elements = Extract<CompiledSet, { kind: 'elements' }>;

function* elementConditions(set: Elements, family: Family): Generator<Condition> {
  const parts = set.elements.flatMap((element) => element.parts);
  const ranges = parts.flatMap((part): readonly Range[] =>
    part.kind === 'net' ? [rangeOf(part.prefix)] : part.kind === 'range' ? [[part.lo, part.hi]] : [],
  );
  const own = ranges.filter(([lo]) => familyOf(lo) === family);
  // with one dimension and no exceptions the members are alike
  if (set.dims.length === 1 && set.elements.every((e) => !e.nomatch) && set.set.options.get('netmask') === undefined) yield toSet(own);
  else for (const range of own) yield [range];
}

const ADDRESS_FIELDS: ReadonlySet<string> = new Set(['src', 'dst', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst']);

/** @returns what a rule's condition asks of addresses. */
export function* predicateConditions(predicate: Predicate, ns: NetnsState, family: Family): Generator<Condition> {
  switch (predicate.op) {
    case 'not':
      yield* predicateConditions(predicate.of, ns, family);
      return;
    case 'and':
    case 'or':
      for (const part of predicate.of) yield* predicateConditions(part, ns, family);
      return;
    case 'in':
      if (ADDRESS_FIELDS.has(predicate.field)) yield* once(predicate.ranges, '', () => [toSet(predicate.ranges)]);
      return;
    case 'masked':
      if (ADDRESS_FIELDS.has(predicate.field)) yield toSet(maskedRanges(predicate.value, predicate.mask));
      return;
    case 'set':
      yield* setConditions(ns, predicate.set, family);
      return;
    case 'lookup':
      yield* once(predicate.set, keyText(predicate.key), () => lookupConditions(predicate));
      return;
    case 'const':
    case 'anybit':
    case 'iface':
    case 'physdev':
    case 'devgroup':
    case 'addrtype':
    case 'rpfilter':
    case 'owned':
    case 'socket':
    case 'bytes':
    case 'unknown':
      return;
  }
}

const keyText = (key: unknown): string => JSON.stringify(key, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));

function* lookupConditions({ key, set }: Extract<Predicate, { op: 'lookup' }>): Generator<Condition> {
  for (const [field, ranges] of keyRanges(key, set)) {
    if (!ADDRESS_FIELDS.has(field)) continue;
    // members of a set of one field are alike; each of a map's, or of a concatenation's, is its own
    if (key.length === 1 && set.entries.every(({ data }) => data === undefined)) yield toSet(ranges);
    else for (const range of ranges) yield [range];
  }
}

function* ofNative({ predicate, action }: NativeRule, ns: NetnsState, family: Family): Generator<Condition> {
  const { predicates, keys } = looksOf(action);
  for (const one of [predicate, ...predicates]) yield* predicateConditions(one, ns, family);
  for (const [key, set] of keys) yield* predicateConditions({ op: 'lookup', key, set }, ns, family);
}

interface NativeRule {
  readonly predicate: Predicate;
  readonly action: Action;
}

/** @returns what a native rule asks of addresses; one of an inet table may ask for those of the other family as well. */
export function* nativeConditions(rule: NativeRule, ns: NetnsState, family: Family): Generator<Condition> {
  for (const condition of ofNative(rule, ns, family)) {
    const own = condition.filter(([lo]) => familyOf(lo) === family);
    if (own.length > 0) yield own.length === condition.length ? condition : own;
  }
}

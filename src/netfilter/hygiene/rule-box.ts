import { addressBits, familyOf, maskOf, type Ip } from '../../address/ip.js';
import type { Action } from '../action.js';
import { termsIn } from '../predicate/leaves.js';
import type { Field } from '../predicate/field.js';
import type { Predicate } from '../predicate/predicate.js';
import type { KeyedSet } from '../sets/keyed-set.js';
import { allAddresses, covers, intersect, subtract, toSet, type Range, type RangeSet } from '../../address/ranges.js';

/** A condition on a device's name. */
interface DeviceCondition {
  readonly which: string;
  readonly name: string;
  readonly prefix: boolean;
  readonly negated: boolean;
}

/** What a rule asks for, as a conjunction: sets of field values, devices, and conditions that are only compared as they stand. */
export interface RuleBox {
  readonly fields: ReadonlyMap<Field, RangeSet>;
  readonly devices: readonly DeviceCondition[];
  readonly others: ReadonlySet<string>;
  /** Whether the answer depends on more than the packet (a rate, a clock, an unread option): such a rule covers nothing. */
  readonly open: boolean;
  /** No packet meets all conditions. */
  readonly empty: boolean;
}

const FULL: Readonly<Partial<Record<Field, RangeSet>>> = {
  proto: [[0, 255]],
  sport: [[0, 65535]],
  dport: [[0, 65535]],
  icmpType: [[0, 255]],
  icmpCode: [[0, 255]],
  tcpFlags: [[0, 255]],
  length: [[0, 65535]],
  ttl: [[0, 255]],
  tos: [[0, 255]],
  mark: [[0, 0xffffffff]],
  family: [
    [4, 4],
    [6, 6],
  ],
};

/** Fields that every packet has: only there is "not in" the same as "in the rest". */
const ALWAYS: ReadonlySet<Field> = new Set<Field>(['src', 'dst', 'proto', 'length', 'ttl', 'tos', 'mark']);

interface Draft {
  readonly fields: Map<Field, RangeSet>;
  readonly devices: DeviceCondition[];
  readonly others: Set<string>;
  open: boolean;
  empty: boolean;
}

/** A named set stands for what it holds. */
function plainly(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if ((key === 'set' || key === 'map') && typeof value === 'object' && value !== null && 'id' in value && value.id !== '') return value.id;
  return value;
}

/** @returns conditions and actions as text that is alike where they are. */
export function print(what: Predicate | Action): string {
  return JSON.stringify(what, plainly);
}

const mayChange = ({ dynamic, unread, entries }: KeyedSet): boolean =>
  dynamic || unread !== undefined || entries.some(({ asks }) => asks.length > 0);

function isOpen(predicate: Predicate): boolean {
  switch (predicate.op) {
    case 'lookup':
      return (
        mayChange(predicate.set) ||
        termsIn(predicate.key).some(
          (term) => term.op === 'draw' || term.op === 'unknown' || term.op === 'bits' || (term.op === 'map' && mayChange(term.map)),
        )
      );
    case 'unknown':
    case 'bytes':
      return true;
    case 'not':
      return isOpen(predicate.of);
    case 'and':
    case 'or':
      return predicate.of.some(isOpen);
    default:
      return false;
  }
}

/** @returns every value of a field; with `always` only where every packet has the field. */
export function whole(field: Field, sample: Ip, always = false): RangeSet | undefined {
  if (always && !ALWAYS.has(field)) return undefined;
  return field === 'src' || field === 'dst' ? allAddresses(familyOf(sample)) : FULL[field];
}

function narrow(field: Field, set: RangeSet, into: Draft): void {
  const known = into.fields.get(field);
  const next = known === undefined ? set : intersect(known, set);
  into.fields.set(field, next);
  if (next.length === 0) into.empty = true;
}

/** An address mask without holes is a range. */
function prefixSet(mask: Ip, value: Ip): RangeSet | undefined {
  const family = familyOf(value);
  for (let length = 0; length <= addressBits(family); length++) {
    if (maskOf(family, length) !== mask) continue;
    const last = BigInt(value) + (1n << BigInt(addressBits(family) - length)) - 1n;
    return [[value, family === 4 ? Number(last) : last]];
  }
  return undefined;
}

/** Families as packets bear them, of the numbers that sockets have for them (NFPROTO_IPV4, NFPROTO_IPV6). */
function familiesIn(ranges: readonly Range[]): RangeSet {
  const has = (number: number): boolean => ranges.some(([lo, hi]) => lo <= number && number <= hi);
  return toSet([...(has(2) ? [[4, 4] as const] : []), ...(has(10) ? [[6, 6] as const] : [])]);
}

/** The values that a plain condition on one field accepts. */
function valuesOf(predicate: Predicate): { readonly field: Field; readonly set: RangeSet } | undefined {
  // `meta nfproto` and the look at a header say the same of the packet
  if (predicate.op === 'in' && predicate.field === 'ctfamily') return { field: 'family', set: familiesIn(predicate.ranges) };
  // a segment carries several options: that it has one says nothing of another
  if (predicate.op === 'in' && predicate.field === 'tcpOption') return undefined;
  if (predicate.op === 'in') return { field: predicate.field, set: toSet(predicate.ranges) };
  if (predicate.op !== 'masked' || (predicate.field !== 'src' && predicate.field !== 'dst')) return undefined;
  const set = prefixSet(predicate.mask, predicate.value);
  return set && { field: predicate.field, set };
}

function visit(predicate: Predicate, into: Draft): void {
  if (predicate.op === 'and') {
    for (const part of predicate.of) visit(part, into);
    return;
  }
  if (predicate.op === 'const') {
    if (!predicate.value) into.empty = true;
    return;
  }
  const negated = predicate.op === 'not';
  const inner = predicate.op === 'not' ? predicate.of : predicate;
  if (inner.op === 'iface') {
    into.devices.push({ which: inner.which, name: inner.name, prefix: inner.prefix, negated });
    return;
  }
  const values = valuesOf(inner);
  const all = values === undefined || values.set.length === 0 ? undefined : whole(values.field, values.set[0]![0]);
  if (values !== undefined && !negated) narrow(values.field, values.set, into);
  else if (values !== undefined && all !== undefined && ALWAYS.has(values.field)) narrow(values.field, subtract(all, values.set), into);
  else into.others.add(print(predicate));
  if (isOpen(predicate)) into.open = true;
}

/** @returns a rule's condition as a box. */
export function boxOf(predicate: Predicate): RuleBox {
  const draft: Draft = { fields: new Map(), devices: [], others: new Set(), open: false, empty: false };
  visit(predicate, draft);
  return draft;
}

/** Whether a device that meets `given` must meet `wanted`. */
function implies(given: DeviceCondition, wanted: DeviceCondition): boolean {
  if (given.which !== wanted.which) return false;
  if (given.name === wanted.name && given.prefix === wanted.prefix && given.negated === wanted.negated) return true;
  if (given.negated) return false;
  const fits = wanted.prefix ? given.name.startsWith(wanted.name) : !given.prefix && given.name === wanted.name;
  const never = wanted.prefix
    ? !given.name.startsWith(wanted.name) && !(given.prefix && wanted.name.startsWith(given.name))
    : given.prefix
      ? !wanted.name.startsWith(given.name)
      : given.name !== wanted.name;
  return wanted.negated ? never : fits;
}

/** @returns whether every packet that meets `inner` meets `outer`. */
export function coversBox(outer: RuleBox, inner: RuleBox): boolean {
  if (outer.open) return false;
  for (const [field, set] of outer.fields) {
    const theirs = inner.fields.get(field);
    const all = set.length === 0 ? undefined : whole(field, set[0]![0]);
    if (theirs === undefined ? all === undefined || !ALWAYS.has(field) || !covers(set, all) : !covers(set, theirs)) return false;
  }
  return coversOthers(outer, inner);
}

/** @returns whether every packet that meets `inner` meets what `outer` asks besides values of fields. */
export function coversOthers(outer: RuleBox, inner: RuleBox): boolean {
  return (
    !outer.open &&
    outer.devices.every((wanted) => inner.devices.some((given) => implies(given, wanted))) &&
    [...outer.others].every((other) => inner.others.has(other))
  );
}

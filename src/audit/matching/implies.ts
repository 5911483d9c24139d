import type { Ip } from '../../address/ip.js';
import type { Predicate, Range } from '../../datapath/netfilter/predicate.js';

/** @returns the conditions that must all hold, nested conjunctions flattened. */
export function conjuncts(predicate: Predicate): readonly Predicate[] {
  if (predicate.op === 'and') return predicate.of.flatMap(conjuncts);
  return predicate.op === 'const' && predicate.value ? [] : [predicate];
}

function within(inner: readonly Range[], outer: readonly Range[]): boolean {
  return inner.every(([lo, hi]) => outer.some(([from, to]) => lo >= from && hi <= to));
}

function disjoint(a: readonly Range[], b: readonly Range[]): boolean {
  return a.every(([lo, hi]) => b.every(([from, to]) => hi < from || lo > to));
}

function bits(value: Ip, mask: Ip): Ip {
  return typeof value === 'number' && typeof mask === 'number' ? (value & mask) >>> 0 : BigInt(value) & BigInt(mask);
}

function plain(predicate: Predicate): string {
  return JSON.stringify(predicate, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** Conditions that ask the same of the same packet give the same answer; a rate or a random draw does not. */
function isSteady(predicate: Predicate): boolean {
  switch (predicate.op) {
    case 'unknown':
    case 'bytes':
      return false;
    case 'not':
      return isSteady(predicate.of);
    case 'and':
    case 'or':
      return predicate.of.every(isSteady);
    default:
      return true;
  }
}

/** Whether every packet of which `a` holds is one of which `b` holds. False where that cannot be told. */
function conditionImplies(a: Predicate, b: Predicate): boolean {
  if (!isSteady(a) || !isSteady(b)) return false;
  if (plain(a) === plain(b)) return true;
  if (b.op === 'or') return b.of.some((one) => implies(a, one));
  if (a.op === 'or') return a.of.every((one) => implies(one, b));
  if (a.op === 'in' && b.op === 'in') return a.field === b.field && within(a.ranges, b.ranges);
  if (a.op === 'masked' && b.op === 'masked')
    return a.field === b.field && bits(a.mask, b.mask) === b.mask && bits(a.value, b.mask) === b.value;
  if (a.op === 'anybit' && b.op === 'anybit') return a.field === b.field && (a.mask & ~b.mask) === 0;
  if (a.op === 'iface' && b.op === 'iface')
    return a.which === b.which && (a.name === b.name ? a.prefix === b.prefix || b.prefix : b.prefix && a.name.startsWith(b.name));
  if (b.op === 'not') return excludes(a, b.of);
  return false;
}

/** Whether no packet fits both. False where that cannot be told. */
export function excludes(a: Predicate, b: Predicate): boolean {
  if (!isSteady(a) || !isSteady(b)) return false;
  if (b.op === 'not') return conditionImplies(a, b.of);
  if (a.op === 'not') return conditionImplies(b, a.of);
  if (a.op === 'in' && b.op === 'in') return a.field === b.field && disjoint(a.ranges, b.ranges);
  if (a.op === 'iface' && b.op === 'iface')
    return a.which === b.which && !a.prefix && (b.prefix ? !a.name.startsWith(b.name) : a.name !== b.name);
  return false;
}

/** @returns whether every packet that `a` matches is matched by `b`; false where that cannot be told. */
export function implies(a: Predicate, b: Predicate): boolean {
  const given = conjuncts(a);
  return conjuncts(b).every((wanted) => given.some((one) => conditionImplies(one, wanted)));
}

/** @returns whether a condition contradicts itself. */
export function contradicts(predicate: Predicate): boolean {
  const all = conjuncts(predicate);
  if (all.some((one) => one.op === 'const' && !one.value)) return true;
  return all.some((one, i) => all.slice(i + 1).some((other) => excludes(one, other)));
}

import { lastOf, type Prefix } from '../address/ip.js';
import type { Range } from '../address/ranges.js';
import { conditionsOf, type RuleFacts } from './facts.js';
import { conjuncts } from './predicate/conjuncts.js';
import type { Field } from './predicate/field.js';
import { keyRanges } from './predicate/key-ranges.js';
import type { Predicate } from './predicate/predicate.js';

const ADDRESSES = ['src', 'dst', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst'] as const satisfies readonly Field[];

/** The values that a condition asks for of a field, by itself or as part of a key. */
function rangesOf(condition: Predicate, field: Field): readonly Range[] {
  if (condition.op === 'in') return condition.field === field ? condition.ranges : [];
  if (condition.op !== 'lookup') return [];
  return [...keyRanges(condition.key, condition.set)].flatMap(([asked, ranges]) => (asked === field ? ranges : []));
}

/** @returns whether a rule asks for just this network by any of its addresses, negated or not, or translates to it. */
export function namesNetwork(facts: RuleFacts, predicate: Predicate, network: Prefix): boolean {
  const last = lastOf(network);
  const conditions = conditionsOf({ action: facts.action, predicate });
  const asked = conditions.flatMap((one) => ADDRESSES.flatMap((field) => rangesOf(one, field)));
  const given = facts.translates.flatMap(({ addresses }) => (addresses === undefined ? [] : [addresses]));
  return [...asked, ...given].some(([lo, hi]) => lo === network.addr && hi === last);
}

/** @returns whether a rule looks a set up, or changes it. */
export function usesSet(facts: RuleFacts, predicate: Predicate, name: string): boolean {
  const conditions = conditionsOf({ action: facts.action, predicate });
  return conditions.some((one) => one.op === 'set' && one.set === name) || facts.sets.includes(name);
}

/** Widest range that names each of its ports: a rule for all but one port names none. */
const FEW_PORTS = 4096;

/** @returns whether a rule asks for a port as a destination, or sends packets on to it. */
export function namesPort(facts: RuleFacts, predicate: Predicate, port: number, protocol: number): boolean {
  const protocols = conjuncts(predicate).flatMap((one) => (one.op === 'in' && one.field === 'proto' ? [one.ranges] : []));
  if (!protocols.every((ranges) => ranges.some(([lo, hi]) => lo <= protocol && protocol <= hi))) return false;
  const asked = conditionsOf({ action: facts.action, predicate }).flatMap((one) => rangesOf(one, 'dport'));
  const given = facts.translates.flatMap(({ ports }) => (ports === undefined ? [] : [ports]));
  return [...asked, ...given].some(([lo, hi]) => lo <= port && port <= hi && Number(hi) - Number(lo) < FEW_PORTS);
}

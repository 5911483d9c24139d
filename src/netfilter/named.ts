import { lastOf, type Prefix } from '../address/ip.js';
import { conditionsOf, rangesAsked, type RuleFacts } from './facts.js';
import type { Field } from './predicate/field.js';
import type { Predicate } from './predicate/predicate.js';

const ADDRESSES: ReadonlySet<Field> = new Set<Field>(['src', 'dst', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst']);

/** @returns whether a rule asks for just this network by any of its addresses, negated or not, or translates to it. */
export function namesNetwork(facts: RuleFacts, predicate: Predicate, network: Prefix): boolean {
  const last = lastOf(network);
  const asked = rangesAsked(conditionsOf({ action: facts.action, predicate }), ADDRESSES).flat();
  const given = facts.translates.flatMap(({ addresses }) => (addresses === undefined ? [] : [addresses]));
  return [...asked, ...given].some(([lo, hi]) => lo === network.addr && hi === last);
}

/** @returns whether a rule looks a set up, or changes it. */
export function usesSet(facts: RuleFacts, predicate: Predicate, name: string): boolean {
  const conditions = conditionsOf({ action: facts.action, predicate });
  return conditions.some((one) => one.op === 'set' && one.set === name) || facts.sets.includes(name);
}

import type { Predicate } from './predicate.js';

/** @returns the conditions that must all hold, nested conjunctions flattened. */
export function conjuncts(predicate: Predicate): readonly Predicate[] {
  if (predicate.op === 'and') return predicate.of.flatMap(conjuncts);
  return predicate.op === 'const' && predicate.value ? [] : [predicate];
}

import type { Term } from '../term.js';
import type { Predicate } from './predicate.js';

/** @returns every condition that a predicate is put together of, whether it is negated or not; constants are none. */
export function* leavesOf(predicate: Predicate): Generator<Predicate> {
  switch (predicate.op) {
    case 'not':
      yield* leavesOf(predicate.of);
      return;
    case 'and':
    case 'or':
      for (const part of predicate.of) yield* leavesOf(part);
      return;
    case 'const':
      return;
    default:
      yield predicate;
  }
}

/** @returns the terms, and those that they are computed from. */
export function termsIn(terms: readonly Term[]): readonly Term[] {
  return terms.flatMap((term): readonly Term[] => {
    if (term.op === 'binary') return [term, ...termsIn([term.left, term.right])];
    return term.op === 'map' ? [term, ...termsIn(term.key)] : [term];
  });
}

import type { Value } from '../term.js';
import type { KeyedSet, KeyPart } from './keyed-set.js';
import { fits } from './set-index.js';

/** What is known of one field of a key: a few values of which it has one, sixteen bits that may be anything (a checksum), or nothing. */
export type Guess =
  { readonly kind: 'one of'; readonly values: readonly Value[] } | { readonly kind: 'any bits' } | { readonly kind: 'open' };

/** What is as seldom as this among all values of sixteen bits is taken never to happen. */
const SELDOM = 1 / 64;
const ALL_BITS = 65_536;

function share(part: KeyPart | undefined, guess: Guess): number {
  if (part === undefined) return 1;
  switch (guess.kind) {
    case 'open':
      return 1;
    case 'one of':
      return guess.values.some((value) => fits(part, value)) ? 1 : 0;
    case 'any bits':
      return part.kind === 'range' ? (Number(part.hi) - Number(part.lo) + 1) / ALL_BITS : part.kind === 'any' ? 1 : 0;
  }
}

/** @returns whether a key of which so much is known may well be in a set as it is listed; a single checksum among all that there are is not taken to be met. */
export function mayHold(set: KeyedSet, guesses: readonly Guess[]): boolean {
  let all = 0;
  for (const { key } of set.entries) {
    all += guesses.reduce((product, guess, field) => product * share(key[field], guess), 1);
    if (all > SELDOM) return true;
  }
  const { plain } = set;
  const [first] = guesses;
  if (plain === undefined || first === undefined) return false;
  for (let i = 0; i < plain.lo.length; i++) {
    all += share({ kind: 'range', lo: plain.lo[i]!, hi: plain.hi[i]! }, first);
    if (all > SELDOM) return true;
  }
  return false;
}

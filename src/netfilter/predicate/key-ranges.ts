import type { Range } from '../../address/ranges.js';
import type { Action } from '../action.js';
import type { KeyedSet } from '../sets/keyed-set.js';
import type { Term } from '../term.js';
import type { Predicate } from './predicate.js';
import type { Field } from './field.js';

/** The values of one field that a key is compared with. */
export type FieldRanges = readonly [field: Field, ranges: readonly Range[]];

function rangesAt(set: KeyedSet, at: number): readonly Range[] {
  const ranges = set.entries.flatMap(({ key }): readonly Range[] => {
    const part = key[at];
    return part?.kind === 'range' ? [[part.lo, part.hi]] : [];
  });
  const { plain } = set;
  return plain === undefined ? ranges : [...ranges, ...Array.from(plain.lo, (lo, i): Range => [lo, plain.hi[i]!])];
}

/** Fields that a term is computed from. */
function* fieldsIn(term: Term): Generator<Field> {
  switch (term.op) {
    case 'field':
      yield term.field;
      return;
    case 'binary':
      yield* fieldsIn(term.left);
      yield* fieldsIn(term.right);
      return;
    case 'map':
      for (const one of term.key) yield* fieldsIn(one);
      return;
    default:
      return;
  }
}

/** @returns what a look-up asks of each plain field of its key, and of those of the keys of maps in it. */
export function* keyRanges(key: readonly Term[], set: KeyedSet): Generator<FieldRanges> {
  for (const [at, term] of key.entries()) {
    if (term.op === 'field') yield [term.field, rangesAt(set, at)];
    if (term.op === 'map') yield* keyRanges(term.key, term.map);
  }
}

/** Whether a term reads raw bits, or computes with a field: then no ranges describe what it asks of ports. */
export function readsBits(term: Term): boolean {
  switch (term.op) {
    case 'bits':
      return term.base !== 'll';
    case 'binary':
      return [...fieldsIn(term)].some((field) => field.endsWith('port')) || readsBits(term.left) || readsBits(term.right);
    case 'map':
      return term.key.some(readsBits);
    default:
      return false;
  }
}

/** What an action looks at while it acts: keys of maps, and conditions between one thing done and the next. */
export interface Looks {
  readonly predicates: readonly Predicate[];
  readonly keys: readonly (readonly [key: readonly Term[], set: KeyedSet])[];
  readonly terms: readonly Term[];
}

function termsOf(action: Action): readonly Term[] {
  switch (action.kind) {
    case 'nat-by':
    case 'tproxy-to':
      return [action.addr, action.port].filter((term) => term !== undefined);
    case 'write':
      return [action.value];
    case 'update':
      return [...action.key, ...(action.data ?? [])];
    default:
      return [];
  }
}

/** @returns what an action looks at. */
export function looksOf(action: Action): Looks {
  if (action.kind === 'sequence') {
    const parts = action.of.map((one) => (one.step === 'do' ? looksOf(one.action) : { predicates: [one.predicate], keys: [], terms: [] }));
    return {
      predicates: parts.flatMap(({ predicates }) => predicates),
      keys: parts.flatMap(({ keys }) => keys),
      terms: parts.flatMap(({ terms }) => terms),
    };
  }
  if (action.kind === 'vmap') return { predicates: [], keys: [[action.key, action.map]], terms: action.key };
  const terms = termsOf(action);
  return { predicates: [], keys: terms.flatMap((term) => (term.op === 'map' ? [[term.key, term.map] as const] : [])), terms };
}

import type { ReadsValue } from './grammar/form.js';
import type { RuleOption } from '../../model/netfilter.js';
import { arg, fail } from './options.js';
import { CT_STATE, negateIf, type Predicate } from '../predicate/predicate.js';

/** The states of a packet that has no connection. */
export const CT_NONE = CT_STATE.INVALID | CT_STATE.UNTRACKED;

/** The packet belongs to a connection (nf_ct_get). */
export const hasConnection: Predicate = { op: 'not', of: { op: 'anybit', field: 'ctstate', mask: CT_NONE } };

const STATES: ReadonlyMap<string, number> = new Map(Object.entries(CT_STATE));

/** @returns the word that begins so, in any case: a part of it will do (strncasecmp in parse_state and parse_status). */
export function begun(words: Iterable<string>, part: string): string | undefined {
  return part === '' ? undefined : [...words].find((word) => word.startsWith(part.toUpperCase()));
}

/** @returns a reader of a list of such words, printed in the order of `words`, each once. */
export function begunList(words: readonly string[]): ReadsValue {
  return (text, option) => {
    const given = text.split(',').map((part) => begun(words, part) ?? fail(option));
    return words.filter((word) => given.includes(word)).join(',');
  };
}

/** `--ctstate` and `--state`: one of the states listed. */
export function ctState(option: RuleOption, known: ReadonlyMap<string, number> = STATES): Predicate {
  const mask = arg(option)
    .split(',')
    .reduce((bits, name) => bits | (known.get(begun(known.keys(), name) ?? '') ?? fail(option)), 0);
  return negateIf(option.negated, { op: 'anybit', field: 'ctstate', mask });
}

import type { RuleOption } from '../../model/netfilter.js';
import { arg, fail } from './options.js';
import { CT_STATE, negateIf, type Predicate } from '../predicate/predicate.js';

/** The states of a packet that has no connection. */
export const CT_NONE = CT_STATE.INVALID | CT_STATE.UNTRACKED;

/** The packet belongs to a connection (nf_ct_get). */
export const hasConnection: Predicate = { op: 'not', of: { op: 'anybit', field: 'ctstate', mask: CT_NONE } };

const STATES: ReadonlyMap<string, number> = new Map(Object.entries(CT_STATE));

/** `--ctstate` and `--state`: one of the states listed. */
export function ctState(option: RuleOption, known: ReadonlyMap<string, number> = STATES): Predicate {
  const mask = arg(option)
    .split(',')
    .reduce((bits, name) => bits | (known.get(name.toUpperCase()) ?? fail(option)), 0);
  return negateIf(option.negated, { op: 'anybit', field: 'ctstate', mask });
}

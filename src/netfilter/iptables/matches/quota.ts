import type { MatchExtension } from '../extension.js';
import { arg, conjunction, negatable, unknown, unsigned, written } from '../options.js';
import { FALSE } from '../../predicate/predicate.js';

/** No packet that opens a connection is longer, nor is its answer. */
const LONGEST_PROBE = 1500;

const readers = new Map([
  [
    '--quota',
    negatable((option) => {
      const bytes = unsigned(option, arg(option), Number.MAX_SAFE_INTEGER);
      const detail = `what is left of the quota (${written('-m quota', [{ ...option, negated: false }])})`;
      const holdsOne = bytes >= LONGEST_PROBE ? { fresh: true } : {};
      return bytes === 0 ? FALSE : unknown('quota', detail, { yes: 'under', no: 'over', usual: true, ...holdsOne });
    }),
  ],
]);

/** quota_mt (xt_quota.c): matches while bytes are left. */
export const quota: MatchExtension = {
  name: 'quota',
  options: { '--quota': 1 },
  compile: (options) => conjunction(options, readers),
};

import { wideNumber } from '../numbers.js';
import type { MatchExtension } from '../extension.js';
import { fail, arg, conjunction, negatable, unknown, written } from '../options.js';
import { FALSE } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';
import { wide } from '../grammar/values.js';

/** No packet that opens a connection is longer, nor is its answer. */
const LONGEST_PROBE = 1500;

const readers = new Map([
  [
    '--quota',
    negatable((option) => {
      const bytes = wideNumber(arg(option)) ?? fail(option);
      const detail = `what is left of the quota (${written('-m quota', [{ ...option, negated: false }])})`;
      const holdsOne = bytes >= LONGEST_PROBE ? { fresh: true } : {};
      return bytes === 0n ? FALSE : unknown('quota', detail, { yes: 'under', no: 'over', usual: true, ...holdsOne });
    }),
  ],
]);

const form: Form = {
  options: {
    '--quota': { values: [wide], not: true },
  },
  needs: [['--quota']],
};

/** quota_mt (xt_quota.c): matches while bytes are left. */
export const quota: MatchExtension = {
  name: 'quota',
  form,
  options: { '--quota': 1 },
  compile: (options) => conjunction(options, readers),
};

import type { MatchExtension } from '../extension.js';
import { arg, conjunction, negatable, unknown } from '../options.js';
import { CT_STATUS, allOf } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';
import { cutText } from '../grammar/values.js';

const readers = new Map([
  [
    '--helper',
    negatable((option) =>
      allOf(
        { op: 'anybit', field: 'ctstatus', mask: CT_STATUS.EXPECTED },
        unknown('helper', `whether the connection was expected by the helper ${arg(option)}`),
      ),
    ),
  ],
]);

const form: Form = {
  options: {
    '--helper': { values: [cutText(29)], not: true },
  },
  needs: [['--helper']],
};

/** helper_mt (xt_helper.c): only a connection that a helper expected has a master to ask. */
export const helper: MatchExtension = {
  name: 'helper',
  tracks: true,
  form,
  options: { '--helper': 1 },
  compile: (options) => conjunction(options, readers),
};

import type { MatchExtension } from '../extension.js';
import { U32, arg, conjunction, negatable, valueMask } from '../options.js';
import type { Form } from '../grammar/form.js';
import { marked } from '../grammar/values.js';

const readers = new Map([
  [
    '--mark',
    negatable((option) => {
      const { value, mask } = valueMask(option, arg(option), U32);
      return { op: 'masked', field: 'mark', mask, value };
    }),
  ],
]);

const form: Form = {
  options: {
    '--mark': { values: [marked(U32)], not: true },
  },
  needs: [['--mark']],
};

/** mark_mt (xt_mark.c). */
export const mark: MatchExtension = {
  name: 'mark',
  form,
  options: { '--mark': 1 },
  compile: (options) => conjunction(options, readers),
};

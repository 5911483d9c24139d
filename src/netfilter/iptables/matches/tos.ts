import { tosName } from '../dscp-classes.js';
import type { MatchExtension } from '../extension.js';
import { U8, arg, conjunction, negatable, valueMask } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { hexByte } from '../grammar/values.js';

const readers = new Map([
  [
    '--tos',
    negatable((option) => {
      const { value, mask } = tosName(arg(option)) ?? valueMask(option, arg(option), U8);
      return { op: 'masked', field: 'tos', mask, value };
    }),
  ],
]);

const tosText: ReadsValue = (word, option) => {
  const { value, mask } = tosName(word) ?? valueMask(option, word, U8);
  return `${hexByte(value)}/${hexByte(mask)}`;
};

const form: Form = {
  options: {
    '--tos': { values: [tosText], not: true },
  },
  needs: [['--tos']],
};

/** tos_mt (xt_dscp.c). */
export const tos: MatchExtension = {
  name: 'tos',
  form,
  options: { '--tos': 1 },
  compile: (options) => conjunction(options, readers),
};

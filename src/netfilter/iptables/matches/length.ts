import type { MatchExtension } from '../extension.js';
import { U16, U32, arg, conjunction, inRanges, range, type Read } from '../options.js';
import type { Form } from '../grammar/form.js';
import { rangeTo } from '../grammar/values.js';

const layer3: Read = (option) => inRanges('length', [range(option, arg(option), U16)], option.negated, U32);
const readers = new Map([['--length', layer3]]);

const form: Form = {
  options: {
    '--length': { values: [rangeTo(U16)], not: true },
  },
  needs: [['--length']],
};

/** length_mt (xt_length.c): the IP packet's length, headers included. */
export const length: MatchExtension = {
  name: 'length',
  form,
  aliases: ['length2'],
  options: { '--length': 1 },
  compile: (options) => conjunction(options, readers),
};

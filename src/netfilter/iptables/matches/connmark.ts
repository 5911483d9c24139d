import type { MatchExtension } from '../extension.js';
import { U32, arg, conjunction, present, valueMask, type Read } from '../options.js';
import { allOf, negateIf, type Predicate } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';
import { marked } from '../grammar/values.js';

const read: Read = (option) => {
  const { value, mask } = valueMask(option, arg(option), U32);
  const test: Predicate = { op: 'masked', field: 'connmark', mask, value };
  return option.negated ? allOf(present('connmark', U32), negateIf(true, test)) : test;
};
const readers = new Map([['--mark', read]]);

const form: Form = {
  options: {
    '--mark': { values: [marked(U32)], not: true },
  },
  needs: [['--mark']],
};

/** connmark_mt (xt_connmark.c): without a connection it matches neither way. */
export const connmark: MatchExtension = {
  name: 'connmark',
  tracks: true,
  form,
  options: { '--mark': 1 },
  compile: (options) => conjunction(options, readers),
};

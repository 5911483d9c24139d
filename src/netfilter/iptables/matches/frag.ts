import { extensionHeader } from '../extension-header.js';
import type { Form } from '../grammar/form.js';
import { number, rangeTo } from '../grammar/values.js';
import { U32 } from '../options.js';

const form: Form = {
  options: {
    '--fragid': { values: [rangeTo(U32, { dropAll: true })], not: true },
    '--fraglen': { values: [number(U32)], not: true },
    '--fragres': {},
    '--fragfirst': {},
    '--fragmore': { without: ['--fraglast'] },
    '--fraglast': {},
  },
};

/** frag_mt6 (ip6t_frag.c). */
export const frag = extensionHeader(
  'frag',
  { '--fragid': 1, '--fraglen': 1, '--fragres': 0, '--fragfirst': 0, '--fragmore': 0, '--fraglast': 0 },
  ['--fragid', '--fraglen'],
  form,
);

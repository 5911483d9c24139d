import { continuingTarget } from '../plain-target.js';
import type { Form } from '../grammar/form.js';

const form: Form = {
  options: {
    '--checksum-fill': {},
  },
  needs: [['--checksum-fill']],
  tables: ['mangle'],
};

/** checksum_tg (xt_CHECKSUM.c). */
export const checksumTarget = continuingTarget('CHECKSUM', { '--checksum-fill': 0 }, form);

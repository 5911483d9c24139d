import { extensionHeader } from '../extension-header.js';
import type { Form } from '../grammar/form.js';
import { headerOptions, number } from '../grammar/values.js';
import { U32 } from '../options.js';

const form: Form = {
  options: {
    '--dst-len': { values: [number(U32)], not: true },
    '--dst-opts': { values: [headerOptions] },
  },
};

/** dst_mt6, the destination options (ip6t_hbh.c). */
export const dst = extensionHeader('dst', { '--dst-len': 1, '--dst-opts': 1, '--dst-not-strict': 0 }, ['--dst-len'], form);

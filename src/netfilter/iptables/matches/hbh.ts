import { extensionHeader } from '../extension-header.js';
import type { Form } from '../grammar/form.js';
import { headerOptions, number } from '../grammar/values.js';
import { U32 } from '../options.js';

const form: Form = {
  options: {
    '--hbh-len': { values: [number(U32)], not: true },
    '--hbh-opts': { values: [headerOptions] },
  },
};

/** hbh_mt6 (ip6t_hbh.c). */
export const hbh = extensionHeader('hbh', { '--hbh-len': 1, '--hbh-opts': 1, '--hbh-not-strict': 0 }, ['--hbh-len'], form);

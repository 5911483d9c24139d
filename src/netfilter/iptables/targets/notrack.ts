import type { TargetExtension } from '../extension.js';
import { checkFlags } from '../options.js';
import type { Form } from '../grammar/form.js';

const form: Form = {
  options: {},
  tables: ['raw'],
};

/** notrack_tg (xt_CT.c): `-j CT --notrack`. */
export const notrackTarget: TargetExtension = {
  name: 'NOTRACK',
  form,
  options: {},
  compile: (options) => {
    checkFlags(options, {});
    return { kind: 'ct', notrack: true };
  },
};

import { continuingTarget } from '../plain-target.js';
import { textOf } from '../grammar/values.js';

/** secmark_tg (xt_SECMARK.c): the marks of security modules. */
export const secmarkTarget = continuingTarget(
  'SECMARK',
  { '--selctx': 1 },
  { options: { '--selctx': { values: [textOf(255)] } }, needs: [['--selctx']], tables: ['mangle', 'security'] },
);

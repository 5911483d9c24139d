import { continuingTarget } from '../plain-target.js';
import { U32, fail } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { cutText, inKernel, number } from '../grammar/values.js';

/** INT_MAX milliseconds and more are refused (idletimer_tg_checkentry). */
const MOST_SECONDS = 2_147_482;

/** idletimer_tg_checkentry refuses an empty one, and sysfs one with a slash. */
const label: ReadsValue = (word, option, context) =>
  word === '' || word.includes('/') ? fail(option) : cutText(27)(word, option, context);

const form: Form = {
  options: {
    '--timeout': { values: [inKernel(number(MOST_SECONDS, 1), number(U32))] },
    '--label': { values: [inKernel(label)] },
    '--alarm': {},
    '--send_nl_msg': {},
  },
  needs: [['--timeout'], ['--label']],
};

/** idletimer_tg_target (xt_IDLETIMER.c). */
export const idletimerTarget = continuingTarget('IDLETIMER', { '--timeout': 1, '--label': 1, '--alarm': 0, '--send_nl_msg': 0 }, form);

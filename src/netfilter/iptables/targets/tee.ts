import { continuingTarget } from '../plain-target.js';
import type { Form } from '../grammar/form.js';
import { device, host } from '../grammar/values.js';

const form: Form = {
  options: {
    '--gateway': { values: [host] },
    '--oif': { values: [device] },
  },
  needs: [['--gateway']],
};

/** tee_tg4, tee_tg6 (xt_TEE.c): sends a copy and lets the packet go on. */
export const teeTarget = continuingTarget('TEE', { '--gateway': 1, '--oif': 1 }, form);

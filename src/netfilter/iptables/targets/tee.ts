import { continuingTarget } from '../plain-target.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { fail } from '../options.js';
import { cutText, host } from '../grammar/values.js';

/** No address is none (tee_tg_check). */
const gateway: ReadsValue = (word, option, context) => {
  const text = host(word, option, context);
  return text === '0.0.0.0' || text === '::' ? fail(option) : text;
};

/** A device without a name is none. */
const card: ReadsValue = (word, option, context) => cutText(15)(word, option, context) || undefined;

const form: Form = {
  options: {
    '--gateway': { values: [gateway] },
    '--oif': { values: [card] },
  },
  needs: [['--gateway']],
};

/** tee_tg4, tee_tg6 (xt_TEE.c): sends a copy and lets the packet go on. */
export const teeTarget = continuingTarget('TEE', { '--gateway': 1, '--oif': 1 }, form);

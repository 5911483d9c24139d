import { continuingTarget } from '../plain-target.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { fail } from '../options.js';

/** `MAJOR:MINOR` in hex, of which 16 bits each are kept (CLASSIFY_string_to_priority). */
const classText: ReadsValue = (word, option) => {
  const found = /^(?:0x)?([\da-f]{1,8}):(?:0x)?([\da-f]{1,8})$/i.exec(word) ?? fail(option);
  return [found[1], found[2]].map((part) => (Number.parseInt(part ?? '', 16) & 0xffff).toString(16).padStart(4, '0')).join(':');
};

const form: Form = {
  options: {
    '--set-class': { values: [classText] },
  },
  needs: [['--set-class']],
  hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
};

/** classify_tg (xt_CLASSIFY.c): sets the priority that queueing disciplines read. */
export const classifyTarget = continuingTarget('CLASSIFY', { '--set-class': 1 }, form);

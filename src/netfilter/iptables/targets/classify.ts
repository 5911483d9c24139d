import { continuingTarget } from '../plain-target.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { fail } from '../options.js';

const HEX = String.raw`\s*([+-]?)(?:0x)?([\da-f]{1,8})`;
const CLASS = new RegExp(`^${HEX}:${HEX}`, 'i');

/** `MAJOR:MINOR` in hex, of which 16 bits each are kept; what stands behind is not looked at (CLASSIFY_string_to_priority: `%x:%x`). */
const classText: ReadsValue = (word, option) => {
  const [, ...found] = CLASS.exec(word) ?? fail(option);
  const part = (sign = '', digits = ''): string => (Number.parseInt(`${sign}${digits}`, 16) & 0xffff).toString(16).padStart(4, '0');
  return `${part(found[0], found[1])}:${part(found[2], found[3])}`;
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

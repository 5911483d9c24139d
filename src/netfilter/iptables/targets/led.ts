import { continuingTarget } from '../plain-target.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { textOf } from '../grammar/values.js';
import { U32, unsigned } from '../options.js';

const delay: ReadsValue = (word, option) => (word === 'inf' ? word : String(unsigned(option, word, U32)));

/** No delay is 0, which is not printed (LED_save). */
const notUsual = (options: readonly RuleOption[]): readonly RuleOption[] =>
  options.filter(({ flag, args: [value] }) => !(flag === '--led-delay' && value === '0'));

const form: Form = {
  options: {
    '--led-trigger-id': { values: [textOf(17)] },
    '--led-delay': { values: [delay] },
    '--led-always-blink': {},
  },
  needs: [['--led-trigger-id']],
  print: notUsual,
};

/** led_tg (xt_LED.c). */
export const ledTarget = continuingTarget('LED', { '--led-trigger-id': 1, '--led-delay': 1, '--led-always-blink': 0 }, form);

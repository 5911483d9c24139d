import { continuingTarget } from '../plain-target.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { Form } from '../grammar/form.js';
import { number, textOf } from '../grammar/values.js';
import { U32 } from '../options.js';

/** What says nothing new is not printed (ULOG_save). */
const notUsual = (options: readonly RuleOption[]): readonly RuleOption[] =>
  options.filter(
    ({ flag, args: [value] }) =>
      !(flag === '--ulog-nlgroup' && value === '1') &&
      !(flag === '--ulog-cprange' && value === '0') &&
      !(flag === '--ulog-qthreshold' && value === '1') &&
      !(flag === '--ulog-prefix' && value === ''),
  );

const form: Form = {
  options: {
    '--ulog-prefix': { values: [textOf(31)] },
    '--ulog-nlgroup': { values: [number(32, 1)] },
    '--ulog-cprange': { values: [number(U32)] },
    '--ulog-qthreshold': { values: [number(50, 1)] },
  },
  print: notUsual,
};

/** ipt_ULOG, which kernels before 3.17 had. */
export const ulogTarget = continuingTarget(
  'ULOG',
  { '--ulog-nlgroup': 1, '--ulog-cprange': 1, '--ulog-qthreshold': 1, '--ulog-prefix': 1 },
  form,
);

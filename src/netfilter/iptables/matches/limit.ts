import { packetRate } from '../grammar/packet-rate.js';
import { opaqueMatch } from '../opaque.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';

/** Ten-thousandths of a second, in which the kernel counts (XT_LIMIT_SCALE). */
const SCALE = 10_000;

/** `N[/UNIT]`, the unit by its first letters (parse_rate); printed in the smallest unit that holds it with little left over (print_rate). */
const rate: ReadsValue = (word, option) => packetRate(word, option, SCALE);

const flag = (name: string, value: string): RuleOption => ({ flag: name, negated: false, args: [value] });

/** The rate is printed always, a burst of 5 never (limit_save); 0 stands for 5. */
function withRate(options: readonly RuleOption[]): readonly RuleOption[] {
  const given = options.find((option) => option.flag === '--limit') ?? flag('--limit', '3/hour');
  const burst = options.find((option) => option.flag === '--limit-burst')?.args[0] ?? '5';
  return burst === '5' || burst === '0' ? [given] : [given, flag('--limit-burst', burst)];
}

const form: Form = {
  options: {
    '--limit': { values: [rate] },
    '--limit-burst': { values: [number(10_000)] },
  },
  print: withRate,
};

/** limit_mt (xt_limit.c). A fresh rule has the credit of its burst, which is at least one packet (limit_mt_check). */
export const limit = opaqueMatch({
  name: 'limit',
  form,
  options: { '--limit': 1, '--limit-burst': 1 },
  category: 'limit',
  words: { yes: 'under', no: 'over', usual: true, fresh: true },
  detail: 'the rate of the rule',
});

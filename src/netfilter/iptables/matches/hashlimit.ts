import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import { fail, find } from '../options.js';
import { ask, type Opaque } from '../opaque.js';

const opaque: Opaque = {
  name: 'hashlimit',
  options: {
    '--hashlimit-upto': 1,
    '--hashlimit-above': 1,
    '--hashlimit': 1,
    '--hashlimit-mode': 1,
    '--hashlimit-srcmask': 1,
    '--hashlimit-dstmask': 1,
    '--hashlimit-name': 1,
    '--hashlimit-burst': 1,
    '--hashlimit-htable-size': 1,
    '--hashlimit-htable-max': 1,
    '--hashlimit-htable-gcinterval': 1,
    '--hashlimit-htable-expire': 1,
    '--hashlimit-rate-match': 0,
    '--hashlimit-rate-interval': 1,
  },
  negatable: ['--hashlimit-upto', '--hashlimit-above', '--hashlimit'],
  category: 'hashlimit',
  detail: 'the rate of its hash bucket',
};

function rateOf(options: readonly RuleOption[]): RuleOption {
  const rates = options.filter((option) => opaque.negatable?.includes(option.flag));
  const [rate, second] = rates;
  return rate === undefined || second !== undefined ? fail(second ?? { flag: '--hashlimit-upto', negated: false, args: [] }) : rate;
}

const OVER = { yes: 'over', no: 'under', usual: false } as const;
const UNDER = { yes: 'under', no: 'over', usual: true } as const;

/** A fresh bucket is full: of packets it holds at least one; of bytes, those of a second, which may be less than the packet. */
function hasCredit(rate: RuleOption): boolean {
  return !/b\/s/.test(rate.args[0] ?? '') || /[kmg]b\/s/.test(rate.args[0] ?? '');
}

/** hashlimit_mt (xt_hashlimit.c). */
export const hashlimit: MatchExtension = {
  name: 'hashlimit',
  options: opaque.options,
  compile: (options) => {
    const rate = rateOf(options);
    if (find(options, '--hashlimit-name') === undefined) return fail(rate);
    const above = (rate.flag === '--hashlimit-above') !== rate.negated;
    return ask({ ...opaque, words: { ...(above ? OVER : UNDER), ...(hasCredit(rate) && { fresh: !above }) } }, options);
  },
};

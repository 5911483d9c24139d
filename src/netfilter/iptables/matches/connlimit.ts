import type { MatchExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { U32, arg, fail, find, unsigned } from '../options.js';
import { ask, type Opaque } from '../opaque.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';

const opaque: Opaque = {
  name: 'connlimit',
  options: { '--connlimit-upto': 1, '--connlimit-above': 1, '--connlimit-mask': 1, '--connlimit-saddr': 0, '--connlimit-daddr': 0 },
  negatable: ['--connlimit-upto', '--connlimit-above'],
  category: 'connlimit',
  detail: 'how many connections there are',
};

const maskLength: ReadsValue = (word, option, { family }) =>
  String(family === 4 ? Math.min(unsigned(option, word, U32), 32) : unsigned(option, word, 128));

/** `! --connlimit-upto` is `--connlimit-above`; mask and side are printed always (connlimit_save). */
function withMask(options: readonly RuleOption[], { family }: OptionContext): readonly RuleOption[] {
  const made = (flag: string, ...args: readonly string[]): RuleOption => ({ flag, negated: false, args });
  const [bound] = options;
  if (bound === undefined) return options;
  const above = (bound.flag === '--connlimit-above') !== bound.negated;
  const mask = find(options, '--connlimit-mask') ?? made('--connlimit-mask', family === 4 ? '32' : '128');
  return [
    made(above ? '--connlimit-above' : '--connlimit-upto', ...bound.args),
    mask,
    find(options, '--connlimit-daddr') ?? made('--connlimit-saddr'),
  ];
}

const form: Form = {
  options: {
    '--connlimit-upto': { values: [number(U32)], not: true, without: ['--connlimit-above'] },
    '--connlimit-above': { values: [number(U32)], not: true },
    '--connlimit-mask': { values: [maskLength] },
    '--connlimit-saddr': { without: ['--connlimit-daddr'] },
    '--connlimit-daddr': {},
  },
  needs: [['--connlimit-upto', '--connlimit-above']],
  print: withMask,
};

/** connlimit_mt (xt_connlimit.c). The connection itself counts as one (nf_conncount_count). */
export const connlimit: MatchExtension = {
  tracks: true,
  name: 'connlimit',
  form,
  options: opaque.options,
  compile: (options) => {
    const bound = find(options, '--connlimit-upto', '--connlimit-above') ?? fail({ flag: '--connlimit-upto', negated: false, args: [] });
    const most = unsigned(bound, arg(bound), U32);
    const above = (bound.flag === '--connlimit-above') !== bound.negated;
    return ask(
      {
        ...opaque,
        words: above
          ? { yes: 'over', no: 'under', usual: false, fresh: most < 1 }
          : { yes: 'under', no: 'over', usual: true, fresh: most >= 1 },
      },
      options,
    );
  },
};

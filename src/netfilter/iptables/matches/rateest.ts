import type { RuleOption } from '../../../model/netfilter.js';
import { opaqueMatch } from '../opaque.js';
import { fail, U32 } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number, textOf } from '../grammar/values.js';

/** Bytes a second of one of each unit (rateest_get_rate's suffixes). */
const UNITS: ReadonlyMap<string, number> = new Map(
  ['', 'K', 'M', 'G', 'T'].flatMap((letter, power) => [
    [`${letter}bit`.toLowerCase(), 1000 ** power / 8] as const,
    [`${letter}bps`.toLowerCase(), 1000 ** power] as const,
    ...(letter === ''
      ? []
      : ([
          [`${letter}ibit`.toLowerCase(), 1024 ** power / 8],
          [`${letter}ibps`.toLowerCase(), 1024 ** power],
        ] as const)),
  ]),
);

/** A rate in bits a second as it is printed (rateest_print_rate): in kbit from a million on, in Mbit from a thousand million. */
function printed(bytes: number): string {
  const bits = bytes * 8;
  if (bits >= 1_000_000_000) return `${(bits / 1_000_000).toFixed(0)}Mbit`;
  return bits >= 1_000_000 ? `${(bits / 1000).toFixed(0)}Kbit` : `${bits.toFixed(0)}bit`;
}

const rate: ReadsValue = (word, option) => {
  const found = /^(\d+(?:\.\d*)?|\.\d+)([a-z]*)$/i.exec(word) ?? fail(option);
  const unit = found[2] === '' ? 1 / 8 : (UNITS.get(found[2]!.toLowerCase()) ?? fail(option));
  return printed(Math.floor(Number(found[1]) * unit));
};

const MODES = ['--rateest-lt', '--rateest-gt', '--rateest-eq'];
const without = (flag: string): readonly string[] => MODES.filter((one) => one !== flag);
const RATES = ['--rateest-bps1', '--rateest-pps1', '--rateest-bps2', '--rateest-pps2'];

/** Its save function prints the names, then the way of comparing before each kind of rate, then the second estimator. */
function inOrder(options: readonly RuleOption[]): readonly RuleOption[] {
  const of = (...flags: readonly string[]): readonly RuleOption[] => options.filter(({ flag }) => flags.includes(flag));
  const pair = of('--rateest2').length > 0;
  const both = of('--rateest-delta').length > 0;
  const named = (flag: string, short: string, usual: string): readonly RuleOption[] =>
    of(flag).map((option) => ({ ...option, flag: short, args: pair && !both ? [] : option.args.length > 0 ? option.args : [usual] }));
  const kind = (unit: string, usual: string): readonly RuleOption[] => {
    const [first, second] = [`--rateest-${unit}1`, `--rateest-${unit}2`];
    if (of(first, second).length === 0) return [];
    if (both) return [...named(first, first, usual), ...of(...MODES), ...named(second, second, usual)];
    return [...of(...MODES), ...named(of(first).length > 0 ? first : second, `--rateest-${unit}`, usual)];
  };
  const first = of('--rateest1').map((option) => ({ ...option, flag: pair ? '--rateest1' : '--rateest' }));
  // absolute rates stand behind a second estimator's name, differences before it
  return [...of('--rateest-delta'), ...first, ...kind('bps', '0bit'), ...kind('pps', '0'), ...of('--rateest2')];
}

const form: Form = {
  options: {
    '--rateest-delta': {},
    '--rateest1': { also: ['--rateest'], values: [textOf(15)] },
    '--rateest2': { values: [textOf(15)] },
    ...Object.fromEntries(MODES.map((flag) => [flag, { not: true, without: without(flag) }])),
    '--rateest-bps1': { also: ['--rateest-bps'], values: [rate] },
    '--rateest-pps1': { also: ['--rateest-pps'], values: [number(U32)] },
    '--rateest-bps2': { values: [rate] },
    '--rateest-pps2': { values: [number(U32)] },
  },
  needs: [['--rateest1'], MODES, RATES],
  print: inOrder,
};

/** xt_rateest_mt (xt_rateest.c). */
export const rateest = opaqueMatch({
  name: 'rateest',
  options: {
    '--rateest': 1,
    '--rateest1': 1,
    '--rateest2': 1,
    '--rateest-delta': 0,
    '--rateest-bps1': 'optional',
    '--rateest-pps1': 'optional',
    '--rateest-bps2': 'optional',
    '--rateest-pps2': 'optional',
    '--rateest-bps': 'optional',
    '--rateest-pps': 'optional',
    '--rateest-lt': 0,
    '--rateest-gt': 0,
    '--rateest-eq': 0,
  },
  form,
  negatable: MODES,
  category: 'limit',

  detail: 'the measured rate',
});

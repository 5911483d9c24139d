import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension, OptionSyntax } from '../extension.js';
import { U32, arg, checkFlags, fail, find, unknown, unsigned, written } from '../options.js';
import { FALSE, TRUE, negateIf, type Predicate } from '../../predicate/predicate.js';

const syntax: OptionSyntax = { '--mode': 1, '--probability': 1, '--every': 1, '--packet': 1 };

function question(options: readonly RuleOption[]): Predicate {
  const shown = written(
    '-m statistic',
    options.map((option) => ({ ...option, negated: false })),
  );
  return unknown('statistic', `a counter or a random number (${shown})`);
}

function random(options: readonly RuleOption[], missing: RuleOption): Predicate {
  const chance = find(options, '--probability') ?? fail(missing);
  const text = arg(chance);
  const value = /^(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 1) || find(options, '--every', '--packet')) return fail(chance);
  return negateIf(chance.negated, value === 1 ? TRUE : value === 0 ? FALSE : question(options));
}

function nth(options: readonly RuleOption[], missing: RuleOption): Predicate {
  const every = find(options, '--every') ?? fail(missing);
  const count = unsigned(every, arg(every), U32) || fail(every);
  const packet = find(options, '--packet');
  if (packet && unsigned(packet, arg(packet), U32) >= count) return fail(packet);
  if (find(options, '--probability')) return fail(every);
  return negateIf(every.negated, count === 1 ? TRUE : question(options));
}

/** statistic_mt (xt_statistic.c). */
export const statistic: MatchExtension = {
  name: 'statistic',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax, ['--probability', '--every']);
    const mode = find(options, '--mode') ?? fail({ flag: '--mode', negated: false, args: [] });
    if (arg(mode) === 'random') return random(options, mode);
    return arg(mode) === 'nth' ? nth(options, mode) : fail(mode);
  },
};

import type { RuleOption } from '../../../model/netfilter.js';
import type { OptionContext } from '../grammar/form.js';
import type { MatchExtension, OptionSyntax } from '../extension.js';
import { U32, arg, checkFlags, fail, find, unknown, unsigned, written, type QueryWords } from '../options.js';
import { FALSE, TRUE, negateIf, type Predicate } from '../../predicate/predicate.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number, oneOf } from '../grammar/values.js';

const syntax: OptionSyntax = { '--mode': 1, '--probability': 1, '--every': 1, '--packet': 1 };

function question(options: readonly RuleOption[], words: QueryWords = {}): Predicate {
  const shown = written(
    '-m statistic',
    options.map((option) => ({ ...option, negated: false })),
  );
  return unknown('statistic', `a counter or a random number (${shown})`, words);
}

function random(options: readonly RuleOption[], missing: RuleOption): Predicate {
  const chance = find(options, '--probability') ?? fail(missing);
  const value = chanceOf(chance);
  if (find(options, '--every', '--packet')) return fail(chance);
  return negateIf(chance.negated, value === 1 ? TRUE : value === 0 ? FALSE : question(options));
}

/**
 * Whether the first packet that the rule sees matches (statistic_mt): the counter begins so that packet P, counted from 0, is the one that does.
 * Rules of nat see one packet a connection; elsewhere the answers count as well, and how often a rule is met is not told here.
 */
function first(packet: number, negated: boolean, { place }: OptionContext): QueryWords {
  return place?.table === 'nat' ? { fresh: (packet === 0) !== negated } : {};
}

function nth(options: readonly RuleOption[], missing: RuleOption, context: OptionContext): Predicate {
  const every = find(options, '--every') ?? fail(missing);
  const count = unsigned(every, arg(every), U32) || fail(every);
  const packet = find(options, '--packet');
  const at = packet === undefined ? 0 : unsigned(packet, arg(packet), U32);
  if (at >= count) return fail(packet ?? every);
  if (find(options, '--probability')) return fail(every);
  return negateIf(every.negated, count === 1 ? TRUE : question(options, first(at, every.negated, context)));
}

function chanceOf(option: RuleOption): number {
  const text = arg(option);
  const value = /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN;
  return value <= 1 ? value : fail(option);
}

/** The kernel keeps a probability in 31 bits. */
const probability: ReadsValue = (_, option) => (Math.round(chanceOf(option) * 0x80000000) / 0x80000000).toFixed(11);

const form: Form = {
  options: {
    '--mode': { values: [oneOf(['random', 'nth'])] },
    '--probability': { values: [probability], not: true },
    '--every': { values: [number(U32, 1)], not: true, with: ['--packet'] },
    '--packet': { values: [number(U32)], with: ['--every'] },
  },
  needs: [['--mode']],
};

/** statistic_mt (xt_statistic.c). */
export const statistic: MatchExtension = {
  name: 'statistic',
  form,
  options: syntax,
  compile: (options, context) => {
    checkFlags(options, syntax, ['--probability', '--every']);
    const mode = find(options, '--mode') ?? fail({ flag: '--mode', negated: false, args: [] });
    if (arg(mode) === 'random') return random(options, mode);
    return arg(mode) === 'nth' ? nth(options, mode, context) : fail(mode);
  },
};

import type { MatchExtension, OptionSyntax } from '../extension.js';
import { checkFlags, fail, find, unknown, written } from '../options.js';
import { allOf, negateIf } from '../../predicate/predicate.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { text, wide } from '../grammar/values.js';
import { setDims } from '../set-dims.js';

const syntax: OptionSyntax = {
  '--match-set': 2,
  '--set': 2,
  '--return-nomatch': 0,
  '--update-counters': 0,
  '--update-subcounters': 0,
  '--packets-eq': 1,
  '--packets-lt': 1,
  '--packets-gt': 1,
  '--bytes-eq': 1,
  '--bytes-lt': 1,
  '--bytes-gt': 1,
};
const COUNTERS = ['--packets-eq', '--packets-lt', '--packets-gt', '--bytes-eq', '--bytes-lt', '--bytes-gt'];
const NEGATABLE = ['--match-set', '--set', '--update-counters', '--update-subcounters', '--packets-eq', '--bytes-eq'];

const dims: ReadsValue = (_, option) => setDims(option).dims.join(',');
const PACKETS = ['--packets-eq', '--packets-lt', '--packets-gt'];
const BYTES = ['--bytes-eq', '--bytes-lt', '--bytes-gt'];
const others = (flags: readonly string[], flag: string): readonly string[] => flags.filter((one) => one !== flag);

/** Counters are updated anyway where the option has no `!`. */
const notUsual = (options: readonly RuleOption[]): readonly RuleOption[] =>
  options.filter(({ flag, negated }) => negated || !flag.startsWith('--update-'));

const form: Form = {
  options: {
    '--match-set': { also: ['--set'], values: [text, dims], not: true },
    '--return-nomatch': {},
    '--update-counters': { not: true },
    '--update-subcounters': { not: true },
    ...Object.fromEntries(PACKETS.map((flag) => [flag, { values: [wide], not: flag === '--packets-eq', without: others(PACKETS, flag) }])),
    ...Object.fromEntries(BYTES.map((flag) => [flag, { values: [wide], not: flag === '--bytes-eq', without: others(BYTES, flag) }])),
  },
  needs: [['--match-set']],
  print: notUsual,
};

/** set_match_v4 (xt_set.c). What a set's counters stand at when the packet comes is not known. */
export const set: MatchExtension = {
  name: 'set',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax, NEGATABLE);
    const matchSet = find(options, '--match-set', '--set') ?? fail({ flag: '--match-set', negated: false, args: [] });
    const { set: name, dims } = setDims(matchSet);
    const counters = options.filter((option) => COUNTERS.includes(option.flag));
    const member = { op: 'set', set: name, dims, returnNomatch: find(options, '--return-nomatch') !== undefined } as const;
    const counted = counters.map((option) => unknown('ipset', `the counters of set ${name} (${written('-m set', [option])})`));
    return negateIf(matchSet.negated, allOf(member, ...counted));
  },
};

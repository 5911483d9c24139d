import { addressBits } from '../../../address/ip.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { U32, arg, fail, find, unsigned } from '../options.js';
import { SCALE, SIZES, hashRate, isOfBytes, keptBytes, printedRate, sizeOf } from './hashlimit-rate.js';
import { ask, type Opaque } from '../opaque.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { inKernel, number } from '../grammar/values.js';
import { utf8 } from '../../../address/utf8.js';

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
  return !isOfBytes(rate) || /[km]b\/s/.test(rate.args[0] ?? '');
}

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'];
/** Modes in their order; none is left out (parse_mode: strtok, which passes by what is empty). */
const modes = (word: string, option: RuleOption): string | undefined => {
  const given = word.split(',').filter((mode) => mode !== '');
  if (given.some((mode) => !MODES.includes(mode))) return fail(option);
  if (given.length === 0) return undefined;
  return ['srcip', 'srcport', 'dstip', 'dstport'].filter((mode) => given.includes(mode)).join(',');
};

/** A burst of bytes is kept as that many times the rate, and printed in the largest size, whatever is left over (print_bytes). */
function bytesBurst(rate: RuleOption, burst: RuleOption): RuleOption {
  const each = keptBytes(rate);
  const bytes = Math.ceil(sizeOf(arg(burst), burst) / each) * each;
  const [name, size] = SIZES.find(([, one]) => bytes >= one) ?? ['b', 1];
  return { ...burst, args: [`${Math.floor(bytes / size)}${name}`] };
}

/** The kernel's own choice of a table is not printed. */
const isUsual = (flag: string, [value]: readonly string[]): boolean =>
  (/^--hashlimit-htable-(?:size|max)$/.test(flag) && value === '0') || (flag === '--hashlimit-htable-gcinterval' && value === '1000');

/** What says nothing is left out, as whole masks are (hashlimit_save). */
function isPrinted({ flag, args }: RuleOption, whole: string): boolean {
  return !APART.has(flag) && !isUsual(flag, args) && !(flag.endsWith('mask') && args[0] === whole);
}

/** Those that are printed by what others say. */
const APART: ReadonlySet<string> = new Set(['--hashlimit-burst', '--hashlimit-htable-expire', '--hashlimit-rate-interval']);

const option = (flag: string, value: string | undefined): readonly RuleOption[] =>
  value === undefined ? [] : [{ flag, negated: false, args: [value] }];

/** `! --hashlimit-upto` is `--hashlimit-above`; a burst of packets is printed always (hashlimit_save). */
function asBucket(options: readonly RuleOption[], { family }: OptionContext, all: readonly RuleOption[]): readonly RuleOption[] {
  const [rate, ...rest] = options;
  if (rate === undefined) return options;
  const above = (rate.flag === '--hashlimit-above') !== rate.negated;
  const given = find(rest, '--hashlimit-burst');
  const burst = isOfBytes(rate)
    ? given && bytesBurst(rate, given)
    : { flag: '--hashlimit-burst', negated: false, args: [given === undefined ? '5' : String(sizeOf(arg(given), given))] };
  const valueOf = (flag: string): string | undefined => find(rest, flag)?.args[0];
  const byRate = find(rest, '--hashlimit-rate-match');
  const printed = printedRate(
    rateOf(all),
    valueOf('--hashlimit-htable-expire'),
    byRate !== undefined,
    valueOf('--hashlimit-rate-interval'),
  );
  const told = [
    ...(burst === undefined ? [] : [burst]),
    ...rest.filter((one) => isPrinted(one, family === 4 ? '32' : '128')),
    ...option('--hashlimit-htable-expire', printed.expire),
    ...option('--hashlimit-rate-interval', printed.interval),
  ];
  const order = Object.keys(form.options);
  return [
    { flag: above ? '--hashlimit-above' : '--hashlimit-upto', negated: false, args: [printed.rate] },
    ...told.sort((one, other) => order.indexOf(one.flag) - order.indexOf(other.flag)),
  ];
}

/** The kernel takes no rate of nothing (hashlimit_mt_check_common). */
function checkRate(options: readonly RuleOption[]): void {
  if (find(options, '--hashlimit-rate-match') !== undefined) printedRate(rateOf(options), undefined, true, undefined);
  checkBurst(options);
}

/** A burst is no smaller than its rate of bytes, and of packets no more than a million (hashlimit_mt_parse, hashlimit_mt_check). */
function checkBurst(options: readonly RuleOption[]): void {
  const rate = find(options, '--hashlimit-upto', '--hashlimit', '--hashlimit-above');
  const burst = find(options, '--hashlimit-burst');
  if (rate === undefined || burst === undefined) return;
  const size = sizeOf(arg(burst), burst);
  if (isOfBytes(rate) ? keptBytes(rate) === 0 || size < keptBytes(rate) || size > U32 : size > SCALE) fail(burst);
}

/** Seconds, in decimal only (strtoul of base 10). */
const interval: ReadsValue = (word, option) => {
  const value = /^\s*\+?\d+$/.test(word) ? Number(word) : 0;
  return value > 0 && value <= U32 ? String(value) : fail(option);
};

const hashName: ReadsValue = (word, option) => (word === '' || word.includes('/') || utf8(word).length > 255 ? fail(option) : word);
const milliseconds = inKernel(number(U32, 1), number(U32));
/** A number alone is one of packets at most, also where the rate is of bytes. */
const hashBurst: ReadsValue = (word, option) => {
  const value = /^\s*\+?\d+[^\dx]/i.test(word) ? `${sizeOf(word, option)}b` : String(unsigned(option, word, SCALE));
  return value === '0' || value === '0b' ? fail(option) : value;
};
const maskLength: ReadsValue = (word, option, { family }) => String(unsigned(option, word, addressBits(family)));

const form: Form = {
  options: {
    '--hashlimit-upto': { also: ['--hashlimit'], values: [hashRate], not: true, without: ['--hashlimit-above'] },
    '--hashlimit-above': { values: [hashRate], not: true },
    '--hashlimit-burst': { values: [hashBurst] },
    '--hashlimit-mode': { values: [modes] },
    '--hashlimit-name': { values: [inKernel(hashName)] },
    '--hashlimit-htable-size': { values: [number(U32)] },
    '--hashlimit-htable-max': { values: [number(U32)] },
    '--hashlimit-htable-gcinterval': { values: [milliseconds] },
    '--hashlimit-htable-expire': { values: [milliseconds] },
    '--hashlimit-srcmask': { values: [maskLength] },
    '--hashlimit-dstmask': { values: [maskLength] },
    '--hashlimit-rate-match': {},
    '--hashlimit-rate-interval': { values: [interval] },
  },
  needs: [['--hashlimit-upto', '--hashlimit-above'], ['--hashlimit-name']],
  check: checkRate,
  print: asBucket,
};

/** hashlimit_mt (xt_hashlimit.c). */
export const hashlimit: MatchExtension = {
  name: 'hashlimit',
  form,
  options: opaque.options,
  compile: (options) => {
    const rate = rateOf(options);
    if (find(options, '--hashlimit-name') === undefined) return fail(rate);
    const above = (rate.flag === '--hashlimit-above') !== rate.negated;
    return ask({ ...opaque, words: { ...(above ? OVER : UNDER), ...(hasCredit(rate) && { fresh: !above }) } }, options);
  },
};

import { packetRate } from '../grammar/packet-rate.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { U32, arg, fail, find, unsigned } from '../options.js';
import { ask, type Opaque } from '../opaque.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number } from '../grammar/values.js';
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
const modes = (word: string, option: RuleOption): string => {
  const given = word.split(',');
  if (given.some((mode) => !MODES.includes(mode))) return fail(option);
  return ['srcip', 'srcport', 'dstip', 'dstport'].filter((mode) => given.includes(mode)).join(',');
};

/** Millionths, in which the kernel counts since revision 2 (XT_HASHLIMIT_SCALE_v2). */
const SCALE = 1_000_000;
const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ['mb', 2 ** 20],
  ['kb', 2 ** 10],
];
const isOfBytes = ({ args }: RuleOption): boolean => args[0]?.includes('b/s') === true;

/** `512kb`: a number with what its first letter stands for; any but `k` and `m`, `g` as well, are nothing (parse_burst, parse_bytes). */
function sizeOf(word: string, option: RuleOption): number {
  const [, digits, letter] = /^\s*\+?(\d+)(.?)/.exec(word) ?? fail(option);
  return Number(digits) * (letter === 'k' ? 2 ** 10 : letter === 'm' ? 2 ** 20 : 1);
}

/** The bytes of a second as the kernel's cost of 16 of them gives them back (bytes_to_cost, cost_to_bytes): less than 16 are none. */
function keptBytes(rate: RuleOption): number {
  const bytes = sizeOf(arg(rate), rate) || fail(rate);
  const cost = Math.floor(U32 / ((Math.floor(bytes / 16) % 2 ** 32) + 1));
  return (Math.floor(U32 / cost) - 1) * 16;
}

/** A rate of packets in the largest unit that holds it (print_rate), or of bytes in the largest size that divides it. */
const hashRate: ReadsValue = (word, option) => {
  if (isOfBytes(option)) {
    const bytes = keptBytes(option);
    const [name, size] = SIZES.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['b', 1];
    return `${bytes / size}${name}/s`;
  }
  return packetRate(word, option, SCALE, (period, seconds) => period <= seconds * SCALE);
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

/** What says nothing is left out: whole masks, and the interval without the match of rates or of a second (hashlimit_save). */
function isPrinted({ flag, args }: RuleOption, all: readonly RuleOption[], whole: string): boolean {
  if (flag === '--hashlimit-burst' || isUsual(flag, args) || (flag.endsWith('mask') && args[0] === whole)) return false;
  return flag !== '--hashlimit-rate-interval' || (args[0] !== '1' && find(all, '--hashlimit-rate-match') !== undefined);
}

/** `! --hashlimit-upto` is `--hashlimit-above`; a burst of packets is printed always (hashlimit_save). */
function asBucket(options: readonly RuleOption[], { family }: OptionContext): readonly RuleOption[] {
  const [rate, ...rest] = options;
  if (rate === undefined) return options;
  const above = (rate.flag === '--hashlimit-above') !== rate.negated;
  const given = find(rest, '--hashlimit-burst');
  const burst = isOfBytes(rate)
    ? given && bytesBurst(rate, given)
    : { flag: '--hashlimit-burst', negated: false, args: [given === undefined ? '5' : String(sizeOf(arg(given), given))] };
  return [
    { ...rate, flag: above ? '--hashlimit-above' : '--hashlimit-upto', negated: false },
    ...(burst === undefined ? [] : [burst]),
    ...rest.filter((option) => isPrinted(option, rest, family === 4 ? '32' : '128')),
  ];
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
/** A number alone is one of packets at most, also where the rate is of bytes. */
const hashBurst: ReadsValue = (word, option) => {
  const value = /^\s*\+?\d+[^\dx]/i.test(word) ? `${sizeOf(word, option)}b` : String(unsigned(option, word, SCALE));
  return value === '0' || value === '0b' ? fail(option) : value;
};
const maskLength: ReadsValue = (word, option, { family }) => String(unsigned(option, word, family === 4 ? 32 : 128));

const form: Form = {
  options: {
    '--hashlimit-upto': { also: ['--hashlimit'], values: [hashRate], not: true, without: ['--hashlimit-above'] },
    '--hashlimit-above': { values: [hashRate], not: true },
    '--hashlimit-burst': { values: [hashBurst] },
    '--hashlimit-mode': { values: [modes] },
    '--hashlimit-name': { values: [hashName] },
    '--hashlimit-htable-size': { values: [number(U32)] },
    '--hashlimit-htable-max': { values: [number(U32)] },
    '--hashlimit-htable-gcinterval': { values: [number(U32, 1)] },
    '--hashlimit-htable-expire': { values: [number(U32, 1)] },
    '--hashlimit-srcmask': { values: [maskLength] },
    '--hashlimit-dstmask': { values: [maskLength] },
    '--hashlimit-rate-match': {},
    '--hashlimit-rate-interval': { values: [interval] },
  },
  needs: [['--hashlimit-upto', '--hashlimit-above'], ['--hashlimit-name']],
  check: checkBurst,
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

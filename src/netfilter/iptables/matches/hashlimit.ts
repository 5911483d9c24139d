import { packetRate } from '../grammar/packet-rate.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import type { CompileContext } from '../grammar/form.js';
import { U32, fail, find } from '../options.js';
import { ask, type Opaque } from '../opaque.js';
import type { Form, Value } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import { utf8 } from '../../../address/utf8.js';
import { unsigned } from '../options.js';

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

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'];
const modes = (word: string, option: RuleOption): string => {
  const given = word.split(',');
  if (given.some((mode) => !MODES.includes(mode))) return fail(option);
  return ['srcip', 'srcport', 'dstip', 'dstport'].filter((mode) => given.includes(mode)).join(',');
};

/** Millionths, in which the kernel counts since revision 2 (XT_HASHLIMIT_SCALE_v2). */
const SCALE = 1_000_000;
const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ['gb', 2 ** 30],
  ['mb', 2 ** 20],
  ['kb', 2 ** 10],
  ['b', 1],
];
const MOST_BYTES = 0xffffffff * 16;

/** `512kb/s`: bytes in a second (parse_bytes). */
function bytesOf(word: string, option: RuleOption): number | undefined {
  const found = /^(\d+)([kmg]?)b(?:\/s)?$/i.exec(word);
  if (found === null) return undefined;
  const bytes = Number(found[1]) * 1024 ** ' kmg'.indexOf((found[2] ?? '').toLowerCase() || ' ');
  return bytes > 0 && bytes <= MOST_BYTES ? bytes : fail(option);
}

/** A rate of packets in the largest unit that holds it (print_rate), or of bytes in the largest size that divides it. */
const hashRate: Value = (word, option) => {
  const bytes = bytesOf(word, option);
  if (bytes !== undefined) {
    const [name, size] = SIZES.find(([, each]) => bytes % each === 0) ?? ['b', 1];
    return `${bytes / size}${name}/s`;
  }
  return packetRate(word, option, SCALE, (period, seconds) => period <= seconds * SCALE);
};

/** The kernel's own choice of a table is not printed. */
const isUsual = (flag: string, [value]: readonly string[]): boolean =>
  (/^--hashlimit-htable-(?:size|max)$/.test(flag) && value === '0') || (flag === '--hashlimit-htable-gcinterval' && value === '1000');

/** `! --hashlimit-upto` is `--hashlimit-above`; a burst of packets is printed always, whole masks never (hashlimit_save). */
function asBucket(options: readonly RuleOption[], { family }: CompileContext): readonly RuleOption[] {
  const [rate, ...rest] = options;
  if (rate === undefined) return options;
  const above = (rate.flag === '--hashlimit-above') !== rate.negated;
  const ofBytes = rate.args[0]?.endsWith('b/s') === true;
  const burst = find(rest, '--hashlimit-burst') ?? (ofBytes ? undefined : { flag: '--hashlimit-burst', negated: false, args: ['5'] });
  const whole = family === 4 ? '32' : '128';
  return [
    { ...rate, flag: above ? '--hashlimit-above' : '--hashlimit-upto', negated: false },
    ...(burst === undefined ? [] : [burst]),
    ...rest.filter(
      ({ flag, args }) => flag !== '--hashlimit-burst' && !(flag.endsWith('mask') && args[0] === whole) && !isUsual(flag, args),
    ),
  ];
}

const hashName: Value = (word, option) => (word === '' || word.includes('/') || utf8(word).length > 255 ? fail(option) : word);
const hashBurst: Value = (word, option) => {
  const value = /^\d+[kmg]?b$/i.test(word) ? word : String(unsigned(option, word, SCALE));
  return value === '0' ? fail(option) : value;
};
const maskLength: Value = (word, option, { family }) => String(unsigned(option, word, family === 4 ? 32 : 128));

const form: Form = {
  options: {
    '--hashlimit-upto': { also: ['--hashlimit'], values: [hashRate], not: true, without: ['--hashlimit-above'] },
    '--hashlimit-above': { values: [hashRate], not: true },
    '--hashlimit-burst': { values: [hashBurst] },
    '--hashlimit-mode': { values: [modes] },
    '--hashlimit-name': { values: [hashName] },
    '--hashlimit-htable-size': { values: [number(U32)] },
    '--hashlimit-htable-max': { values: [number(U32)] },
    '--hashlimit-htable-gcinterval': { values: [number(U32)] },
    '--hashlimit-htable-expire': { values: [number(U32)] },
    '--hashlimit-srcmask': { values: [maskLength] },
    '--hashlimit-dstmask': { values: [maskLength] },
    '--hashlimit-rate-match': {},
    '--hashlimit-rate-interval': { values: [number(U32)] },
  },
  needs: [['--hashlimit-upto', '--hashlimit-above'], ['--hashlimit-name']],
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

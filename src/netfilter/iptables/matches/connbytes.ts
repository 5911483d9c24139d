import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import { arg, fail, find } from '../options.js';
import { ask, type Opaque } from '../opaque.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { oneOf } from '../grammar/values.js';
import { bounds } from '../grammar/values.js';

const opaque: Opaque = {
  name: 'connbytes',
  options: { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 },
  negatable: ['--connbytes'],
  category: 'connbytes',
  detail: 'how much the connection has carried',
};

/** A connection's first packet and its answer: so many packets and bytes at most, in both directions together. */
const MOST_PACKETS = 2;
const MOST_BYTES = 3000;

/** Whether what the first packets come to lies in a where that is the same for all that they may be. */
function firstWithin(from: number, to: number, most: number): boolean | undefined {
  if (from > most) return false;
  return from === 0 && to >= most ? true : undefined;
}

const U64 = (1n << 64n) - 1n;
/** Upright, and without an upper bound where there is none (connbytes_save). */
const amountText: ReadsValue = (word, option) => {
  const [lo, hi] = bounds(word, option, U64);
  if (lo > hi) return fail(option);
  return word.includes(':') && hi !== U64 ? `${lo}:${hi}` : String(lo);
};

/** A single number is the least there must be. */
function amountOf(option: RuleOption): readonly [bigint, bigint] {
  const [lo, hi] = bounds(arg(option), option, U64);
  return [lo, arg(option).includes(':') ? hi : U64];
}

/** `!` turns the bounds around: where they are the same there is nothing to turn (connbytes_parse). */
function isTurned(amount: RuleOption): boolean {
  const [from, to] = amountOf(amount);
  return amount.negated && from !== to;
}

const form: Form = {
  options: {
    '--connbytes': { values: [amountText], not: true },
    '--connbytes-mode': { values: [oneOf(['packets', 'bytes', 'avgpkt'])] },
    '--connbytes-dir': { values: [oneOf(['original', 'reply', 'both'])] },
  },
  needs: [['--connbytes'], ['--connbytes-dir'], ['--connbytes-mode']],
  print: (options) => options.map((option) => (option.flag === '--connbytes' ? { ...option, negated: isTurned(option) } : option)),
};

/** connbytes_mt (xt_connbytes.c). The usual answer is that of a connection's first packets. */
export const connbytes: MatchExtension = {
  tracks: true,
  name: 'connbytes',
  form,
  options: opaque.options,
  compile: (options) => {
    const amount = find(options, '--connbytes') ?? fail({ flag: '--connbytes', negated: false, args: [] });
    const [from, to] = amountOf(amount).map(Number) as [number, number];
    const turned = isTurned(amount);
    const mode = find(options, '--connbytes-mode')?.args[0];
    const fresh = firstWithin(from, to, mode === 'packets' ? MOST_PACKETS : MOST_BYTES);
    return ask({ ...opaque, words: { usual: from <= 1 !== turned, ...(fresh !== undefined && { fresh: fresh !== turned }) } }, options);
  },
};

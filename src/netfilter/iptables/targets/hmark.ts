import { addressBits } from '../../../address/ip.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { OptionContext } from '../grammar/form.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { hexNumber, number } from '../grammar/values.js';
import { U16, U32, U8, arg, fail, find } from '../options.js';
import { unknownTarget } from '../plain-target.js';

/** Options that each name of a tuple stands for (hmark_parse's types). */
const TUPLE: ReadonlyMap<string, string> = new Map([
  ['src', '--hmark-src-prefix'],
  ['dst', '--hmark-dst-prefix'],
  ['sport', '--hmark-sport-mask'],
  ['dport', '--hmark-dport-mask'],
  ['spi', '--hmark-spi-mask'],
  ['proto', '--hmark-proto-mask'],
  ['ct', ''],
]);

const names = (option: RuleOption): readonly string[] => arg(option).split(',');
const tuple: ReadsValue = (word, option) => (names(option).every((name) => TUPLE.has(name)) ? word : fail(option));
const bits: ReadsValue = (word, option, context) => number(addressBits(context.family))(word, option, context);

/** The whole of a field. */
function whole(flag: string, { family }: OptionContext): string {
  if (flag.endsWith('-prefix')) return family === 4 ? '32' : '128';
  if (flag.endsWith('port-mask')) return '0xffff';
  return flag === '--hmark-proto-mask' ? '0xff' : '0xffffffff';
}

function printedTuple(options: readonly RuleOption[], context: OptionContext): readonly RuleOption[] {
  const written = find(options, '--hmark-tuple');
  if (written === undefined) return options;
  const given = names(written);
  const order = Object.keys(form.options);
  const made = given.flatMap((name) => {
    const flag = TUPLE.get(name);
    return flag ? [{ flag, negated: false, args: [whole(flag, context)] }] : [];
  });
  const connection = given.includes('ct') ? [{ ...written, args: ['ct'] }] : [];
  return [...options.filter((option) => option !== written), ...made, ...connection].sort(
    (a, b) => order.indexOf(a.flag) - order.indexOf(b.flag),
  );
}

/** An option that a tuple stands for may not stand beside it. */
function check(options: readonly RuleOption[]): void {
  const written = find(options, '--hmark-tuple');
  for (const name of written === undefined ? [] : names(written)) {
    const twice = find(options, TUPLE.get(name) ?? '');
    if (twice !== undefined) fail(twice);
  }
}

/** What the hash is made of: one of them at least. */
const HASHED = ['--hmark-tuple', ...[...TUPLE.values()].filter((flag) => flag !== ''), '--hmark-sport', '--hmark-dport', '--hmark-spi'];

const form: Form = {
  options: {
    '--hmark-src-prefix': { values: [bits] },
    '--hmark-dst-prefix': { values: [bits] },
    '--hmark-sport-mask': { values: [hexNumber(U16, 4)], without: ['--hmark-spi-mask'] },
    '--hmark-dport-mask': { values: [hexNumber(U16, 4)], without: ['--hmark-spi-mask'] },
    '--hmark-spi-mask': { values: [hexNumber(U32, 8)] },
    '--hmark-sport': { values: [hexNumber(U16, 4)], without: ['--hmark-spi'] },
    '--hmark-dport': { values: [hexNumber(U16, 4)], without: ['--hmark-spi'] },
    '--hmark-spi': { values: [hexNumber(U32, 8)] },
    '--hmark-proto-mask': { values: [hexNumber(U8, 2)] },
    '--hmark-rnd': { values: [hexNumber(U32, 8)] },
    '--hmark-mod': { values: [number(U32, 1)] },
    '--hmark-offset': { values: [number(U32)] },
    '--hmark-tuple': { values: [tuple] },
  },
  needs: [['--hmark-mod'], ['--hmark-rnd'], HASHED],
  check,
  print: printedTuple,
};

/** hmark_tg_v4, hmark_tg_v6 (xt_HMARK.c). */
export const hmarkTarget = unknownTarget(
  'HMARK',
  Object.fromEntries(Object.keys(form.options).map((flag) => [flag, 1])),
  'the mark made from a hash of the packet',
  form,
);

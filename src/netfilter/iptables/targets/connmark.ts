import type { RuleOption } from '../../../model/netfilter.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { markOp, onlyOne, type MarkOp } from '../mark-ops.js';
import { U32, arg, checkFlags, find, unsigned, written } from '../options.js';
import { goesOn } from '../plain-target.js';
import type { Form } from '../grammar/form.js';
import { hexNumber, number as numberTo, text } from '../grammar/values.js';
import { hex } from '../grammar/values.js';

const syntax: OptionSyntax = {
  '--set-xmark': 1,
  '--set-mark': 1,
  '--and-mark': 1,
  '--or-mark': 1,
  '--xor-mark': 1,
  '--save-mark': 0,
  '--restore-mark': 0,
  '--mask': 1,
  '--ctmask': 1,
  '--nfmask': 1,
  '--left-shift-mark': 1,
  '--right-shift-mark': 1,
};
const MODIFIERS = ['--mask', '--ctmask', '--nfmask', '--left-shift-mark', '--right-shift-mark'];

function number(options: readonly RuleOption[], flag: string): number | undefined {
  const option = find(options, flag);
  return option === undefined ? undefined : unsigned(option, arg(option), U32);
}

function isShifted(options: readonly RuleOption[]): boolean {
  return (number(options, '--left-shift-mark') ?? 0) + (number(options, '--right-shift-mark') ?? 0) > 0;
}

/** What is set: each option overwrites the mask of those before it (CONNMARK_parse). */
function setBits(options: readonly RuleOption[]): MarkOp {
  let bits: MarkOp = { value: 0, mask: U32 };
  for (const option of options) {
    if (option.flag === '--mask' || option.flag === '--ctmask') bits = { ...bits, mask: unsigned(option, arg(option), U32) };
    else if (!MODIFIERS.includes(option.flag)) bits = markOp(option, U32);
  }
  return bits;
}

/** What is set is printed as `--set-xmark`, what is saved or restored with both masks (connmark_tg_save). */
function asXmark(options: readonly RuleOption[], _: unknown, written: readonly RuleOption[]): readonly RuleOption[] {
  const [mode, ...others] = options.filter(({ flag }) => !MODIFIERS.includes(flag));
  if (mode === undefined || others.length > 0 || isShifted(options)) return options;
  const both = number(options, '--mask');
  const made = (flag: string, ...args: readonly string[]): RuleOption => ({ flag, negated: false, args });
  if (mode.flag.endsWith('e-mark')) {
    const masks = ['--nfmask', '--ctmask'].map((flag) => made(flag, hex(number(options, flag) ?? both ?? U32)));
    return [mode, ...masks];
  }
  const { value, mask } = setBits(written);
  return [made('--set-xmark', `${hex(value)}/${hex(mask)}`)];
}

const form: Form = {
  options: {
    '--set-xmark': { values: [text] },
    '--set-mark': { values: [text] },
    '--and-mark': { values: [text] },
    '--or-mark': { values: [text] },
    '--xor-mark': { values: [text] },
    '--save-mark': {},
    '--restore-mark': {},
    '--nfmask': { values: [hexNumber(U32)] },
    '--ctmask': { values: [hexNumber(U32)] },
    '--mask': { values: [hexNumber(U32)], without: ['--nfmask', '--ctmask'] },
    '--left-shift-mark': { values: [numberTo(32)] },
    '--right-shift-mark': { values: [numberTo(32)] },
  },
  print: asXmark,
};

/** connmark_tg_shift (xt_connmark.c). */
export const connmarkTarget: TargetExtension = {
  name: 'CONNMARK',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const mode = onlyOne(
      options.filter((option) => !MODIFIERS.includes(option.flag)),
      'CONNMARK',
    );
    if (isShifted(options)) return { kind: 'unknown', question: goesOn(`the shifted mark (${written('-j CONNMARK', options)})`) };
    const both = number(options, '--mask');
    const ctmask = number(options, '--ctmask') ?? both ?? U32;
    const nfmask = number(options, '--nfmask') ?? both ?? U32;
    if (mode.flag === '--save-mark') return { kind: 'connmark', op: 'save', value: 0, ctmask, nfmask };
    if (mode.flag === '--restore-mark') return { kind: 'connmark', op: 'restore', value: 0, ctmask, nfmask };
    const { value, mask } = setBits(options);
    return { kind: 'connmark', op: 'set', value, ctmask: mask, nfmask: U32 };
  },
};

import type { OptionSyntax, TargetExtension } from '../extension.js';
import { markOp, onlyOne, xmark } from '../mark-ops.js';
import { U32, checkFlags } from '../options.js';
import type { Form } from '../grammar/form.js';
import { text } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { hex } from '../grammar/values.js';

const syntax: OptionSyntax = { '--set-xmark': 1, '--set-mark': 1, '--and-mark': 1, '--or-mark': 1, '--xor-mark': 1 };

const asXmark = (options: readonly RuleOption[]): readonly RuleOption[] => options.map((option) => xmark(option, U32, '--set-xmark', hex));

const form: Form = {
  options: {
    '--set-xmark': { values: [text] },
    '--set-mark': { values: [text] },
    '--and-mark': { values: [text] },
    '--or-mark': { values: [text] },
    '--xor-mark': { values: [text] },
  },
  tables: ['mangle', 'raw', 'nat', 'filter', 'security'],
  print: asXmark,
};

/** mark_tg (xt_mark.c). */
export const markTarget: TargetExtension = {
  name: 'MARK',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    return { kind: 'mark', ...markOp(onlyOne(options, 'MARK'), U32) };
  },
};

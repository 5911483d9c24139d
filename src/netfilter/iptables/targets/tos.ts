import { tosName } from '../dscp-classes.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { markOp, onlyOne } from '../mark-ops.js';
import { U8, arg, checkFlags } from '../options.js';
import type { Form } from '../grammar/form.js';
import { text } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { hexByte } from '../grammar/values.js';

const syntax: OptionSyntax = { '--set-tos': 1, '--and-tos': 1, '--or-tos': 1, '--xor-tos': 1 };

function asSet(options: readonly RuleOption[]): readonly RuleOption[] {
  return options.map((option) => {
    const named = option.flag === '--set-tos' ? tosName(arg(option)) : undefined;
    const { value, mask } = named ?? markOp(option, U8);
    return { flag: '--set-tos', negated: false, args: [`${hexByte(value)}/${hexByte(mask)}`] };
  });
}

const form: Form = {
  options: {
    '--set-tos': { values: [text] },
    '--and-tos': { values: [text] },
    '--or-tos': { values: [text] },
    '--xor-tos': { values: [text] },
  },
  needs: [['--set-tos', '--and-tos', '--or-tos', '--xor-tos']],
  tables: ['mangle'],
  print: asSet,
};

/** tos_tg (xt_DSCP.c). */
export const tosTarget: TargetExtension = {
  name: 'TOS',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const option = onlyOne(options, 'TOS');
    const named = option.flag === '--set-tos' ? tosName(arg(option)) : undefined;
    return { kind: 'tos', ...(named ?? markOp(option, U8)) };
  },
};

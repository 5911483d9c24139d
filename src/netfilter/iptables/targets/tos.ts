import { tosName } from '../dscp-classes.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { markOp, onlyOne } from '../mark-ops.js';
import { U8, arg, checkFlags } from '../options.js';

const syntax: OptionSyntax = { '--set-tos': 1, '--and-tos': 1, '--or-tos': 1, '--xor-tos': 1 };

/** tos_tg (xt_DSCP.c). */
export const tosTarget: TargetExtension = {
  name: 'TOS',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const option = onlyOne(options, 'TOS');
    const named = option.flag === '--set-tos' ? tosName(arg(option)) : undefined;
    return { kind: 'tos', ...(named ?? markOp(option, U8)) };
  },
};

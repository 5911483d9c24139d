import type { OptionSyntax, TargetExtension } from '../extension.js';
import { markOp, onlyOne } from '../mark-ops.js';
import { U32, checkFlags } from '../options.js';

const syntax: OptionSyntax = { '--set-xmark': 1, '--set-mark': 1, '--and-mark': 1, '--or-mark': 1, '--xor-mark': 1 };

/** mark_tg (xt_mark.c). */
export const markTarget: TargetExtension = {
  name: 'MARK',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    return { kind: 'mark', ...markOp(onlyOne(options, 'MARK'), U32) };
  },
};

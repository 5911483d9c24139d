import { DSCP_MASK, dscpClass, dscpNumber } from '../dscp-classes.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { onlyOne } from '../mark-ops.js';
import { checkFlags } from '../options.js';

const syntax: OptionSyntax = { '--set-dscp': 1, '--set-dscp-class': 1 };

/** dscp_tg (xt_DSCP.c). */
export const dscpTarget: TargetExtension = {
  name: 'DSCP',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const option = onlyOne(options, 'DSCP');
    const dscp = option.flag === '--set-dscp' ? dscpNumber(option) : dscpClass(option);
    return { kind: 'tos', mask: DSCP_MASK, value: dscp << 2 };
  },
};

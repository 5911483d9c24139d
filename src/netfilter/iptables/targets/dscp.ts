import { DSCP_MASK, dscpClass, dscpNumber } from '../dscp-classes.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { onlyOne } from '../mark-ops.js';
import { checkFlags } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import type { RuleOption } from '../../../model/netfilter.js';

const syntax: OptionSyntax = { '--set-dscp': 1, '--set-dscp-class': 1 };

const dscpText: ReadsValue = (_, option) => `0x${dscpNumber(option).toString(16).padStart(2, '0')}`;
const asNumber = (options: readonly RuleOption[]): readonly RuleOption[] =>
  options.map((option) =>
    option.flag === '--set-dscp'
      ? option
      : { ...option, flag: '--set-dscp', args: [`0x${dscpClass(option).toString(16).padStart(2, '0')}`] },
  );

const form: Form = {
  options: {
    '--set-dscp': { values: [dscpText] },
    '--set-dscp-class': { without: ['--set-dscp'] },
  },
  needs: [['--set-dscp', '--set-dscp-class']],
  tables: ['mangle'],
  print: asNumber,
};

/** dscp_tg (xt_DSCP.c). */
export const dscpTarget: TargetExtension = {
  name: 'DSCP',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const option = onlyOne(options, 'DSCP');
    const dscp = option.flag === '--set-dscp' ? dscpNumber(option) : dscpClass(option);
    return { kind: 'tos', mask: DSCP_MASK, value: dscp << 2 };
  },
};

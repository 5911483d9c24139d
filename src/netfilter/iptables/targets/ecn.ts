import type { OptionSyntax, TargetExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { arg, checkFlags, fail, find, unsigned } from '../options.js';
import type { Action } from '../../action.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { requireProtocol } from '../options.js';

const syntax: OptionSyntax = { '--ecn-tcp-remove': 0, '--ecn-tcp-cwr': 1, '--ecn-tcp-ece': 1, '--ecn-ip-ect': 1 };

/** ecn_tg_check: TCP's bits are those of TCP packets. */
function checkTcp(options: readonly RuleOption[], { proto }: OptionContext): void {
  if (options.some(({ flag }) => flag.startsWith('--ecn-tcp'))) requireProtocol(proto, [6], '-j ECN');
}

const form: Form = {
  options: {
    '--ecn-tcp-remove': {},
    '--ecn-tcp-cwr': { values: [number(1)] },
    '--ecn-tcp-ece': { values: [number(1)] },
    '--ecn-ip-ect': { values: [number(3)] },
  },
  needs: [['--ecn-tcp-remove', '--ecn-tcp-cwr', '--ecn-tcp-ece', '--ecn-ip-ect']],
  tables: ['mangle'],
  check: checkTcp,
};

/** ecn_tg (ipt_ECN.c): the header's ECN bits; those of TCP change nothing about the path. */
export const ecnTarget: TargetExtension = {
  name: 'ECN',
  form,
  options: syntax,
  compile: (options): Action => {
    checkFlags(options, syntax);
    if (options.length === 0) return fail({ flag: '-j', negated: false, args: ['ECN'] });
    const ect = find(options, '--ecn-ip-ect');
    if (ect === undefined) return { kind: 'continue' };
    return { kind: 'tos', mask: 3, value: unsigned(ect, arg(ect), 3) };
  },
};

import type { OptionSyntax, TargetExtension } from '../extension.js';
import { arg, checkFlags, fail, find, unsigned } from '../options.js';
import type { Action } from '../../action.js';

const syntax: OptionSyntax = { '--ecn-tcp-remove': 0, '--ecn-tcp-cwr': 1, '--ecn-tcp-ece': 1, '--ecn-ip-ect': 1 };

/** ecn_tg (ipt_ECN.c): the header's ECN bits; those of TCP change nothing about the path. */
export const ecnTarget: TargetExtension = {
  name: 'ECN',
  options: syntax,
  compile: (options): Action => {
    checkFlags(options, syntax);
    if (options.length === 0) return fail({ flag: '-j', negated: false, args: ['ECN'] });
    const ect = find(options, '--ecn-ip-ect');
    if (ect === undefined) return { kind: 'continue' };
    return { kind: 'tos', mask: 3, value: unsigned(ect, arg(ect), 3) };
  },
};

import type { OptionSyntax, TargetExtension } from '../extension.js';
import { U16, arg, checkFlags, fail, find, range, unsigned, written } from '../options.js';

const syntax: OptionSyntax = { '--queue-num': 1, '--queue-balance': 1, '--queue-bypass': 0, '--queue-cpu-fanout': 0 };

/** nfqueue_tg_v3 (xt_NFQUEUE.c): a program in user space gives the verdict; where none listens, the packet is dropped unless bypassed. */
export const nfqueueTarget: TargetExtension = {
  name: 'NFQUEUE',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const num = find(options, '--queue-num');
    const balance = find(options, '--queue-balance');
    if (num) unsigned(num, arg(num), U16);
    if (balance && (num !== undefined || range(balance, arg(balance), U16).reduce((lo, hi) => hi - lo) <= 0)) return fail(balance);
    const detail = `the verdict of a program in user space (${written('-j NFQUEUE', options)})`;
    return { kind: 'unknown', question: { category: 'queue', yes: 'accept', no: 'drop', usual: true, detail } };
  },
};

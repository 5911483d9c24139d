import type { OptionSyntax, TargetExtension } from '../extension.js';
import { U16, arg, checkFlags, fail, find, range, unsigned, written } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';

const syntax: OptionSyntax = { '--queue-num': 1, '--queue-balance': 1, '--queue-bypass': 0, '--queue-cpu-fanout': 0 };

/** `A:B` of at least two queues (NFQUEUE_parse_v1). */
const balance: ReadsValue = (word, option) => {
  const [lo, hi, ...more] = word.split(':').map((part) => unsigned(option, part, U16));
  return lo === undefined || hi === undefined || more.length > 0 || lo >= hi || hi - lo >= U16 ? fail(option) : `${lo}:${hi}`;
};

function withQueue(options: readonly RuleOption[]): readonly RuleOption[] {
  const named = options.some(({ flag }) => flag === '--queue-num' || flag === '--queue-balance');
  return named ? options : [{ flag: '--queue-num', negated: false, args: ['0'] }, ...options];
}

const form: Form = {
  options: {
    '--queue-num': { values: [number(U16)], without: ['--queue-balance'] },
    '--queue-balance': { values: [balance] },
    '--queue-bypass': {},
    '--queue-cpu-fanout': { with: ['--queue-balance'] },
  },
  print: withQueue,
};

/** nfqueue_tg_v3 (xt_NFQUEUE.c): a program in user space gives the verdict; where none listens, the packet is dropped unless bypassed. */
export const nfqueueTarget: TargetExtension = {
  name: 'NFQUEUE',
  form,
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

import type { MatchExtension, OptionSyntax } from '../extension.js';
import { checkFlags, find } from '../options.js';
import { negateIf } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';

const syntax: OptionSyntax = { '--loose': 0, '--validmark': 0, '--accept-local': 0, '--invert': 0 };

const form: Form = {
  options: {
    '--loose': {},
    '--validmark': {},
    '--accept-local': {},
    '--invert': {},
  },
  tables: ['raw', 'mangle'],
  hooks: ['PREROUTING'],
};

/** rpfilter_mt (ipt_rpfilter.c, ip6t_rpfilter.c). */
export const rpfilter: MatchExtension = {
  name: 'rpfilter',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const has = (flag: string): boolean => find(options, flag) !== undefined;
    return negateIf(has('--invert'), {
      op: 'rpfilter',
      loose: has('--loose'),
      validmark: has('--validmark'),
      acceptLocal: has('--accept-local'),
    });
  },
};

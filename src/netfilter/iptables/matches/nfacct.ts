import type { MatchExtension, OptionSyntax } from '../extension.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { textOf } from '../grammar/values.js';
import { checkFlags, fail } from '../options.js';
import { TRUE } from '../../predicate/predicate.js';

const syntax: OptionSyntax = { '--nfacct-name': 1 };

const short = textOf(31);
const name: ReadsValue = (word, option, context) => (word === '' ? fail(option) : short(word, option, context));

const form: Form = {
  options: { '--nfacct-name': { values: [name] } },
  needs: [['--nfacct-name']],
};

/** nfacct_mt (xt_nfacct.c) counts, and always matches while the object has no quota, which only nfacct(8) can give it. */
export const nfacct: MatchExtension = {
  name: 'nfacct',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    return TRUE;
  },
};

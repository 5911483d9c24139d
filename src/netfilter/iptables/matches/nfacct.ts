import type { MatchExtension, OptionSyntax } from '../extension.js';
import { checkFlags } from '../options.js';
import { TRUE } from '../../predicate/predicate.js';

const syntax: OptionSyntax = { '--nfacct-name': 1 };

/** nfacct_mt (xt_nfacct.c) counts, and always matches while the object has no quota, which only nfacct(8) can give it. */
export const nfacct: MatchExtension = {
  name: 'nfacct',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    return TRUE;
  },
};

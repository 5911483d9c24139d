import type { MatchExtension, OptionSyntax } from '../extension.js';
import { arg, fail, find } from '../options.js';
import { FALSE, TRUE } from '../../predicate/predicate.js';

const syntax: OptionSyntax = {
  '--dir': 1,
  '--pol': 1,
  '--strict': 0,
  '--reqid': 1,
  '--spi': 1,
  '--proto': 1,
  '--mode': 1,
  '--tunnel-src': 1,
  '--tunnel-dst': 1,
  '--next': 0,
};
const NOT_NEGATABLE = ['--dir', '--pol', '--strict', '--next'];

/** policy_mt (xt_policy.c), for packets that no IPsec state has handled. Its element options may stand once an element. */
export const policy: MatchExtension = {
  name: 'policy',
  options: syntax,
  compile: (options) => {
    const wrong = options.find((o) => !Object.hasOwn(syntax, o.flag) || (o.negated && NOT_NEGATABLE.includes(o.flag)));
    if (wrong) return fail(wrong);
    const missing = { flag: '--pol', negated: false, args: [] };
    const direction = find(options, '--dir') ?? fail(missing);
    if (arg(direction) !== 'in' && arg(direction) !== 'out') return fail(direction);
    const pol = find(options, '--pol') ?? fail(missing);
    return arg(pol) === 'none' ? TRUE : arg(pol) === 'ipsec' ? FALSE : fail(pol);
  },
};

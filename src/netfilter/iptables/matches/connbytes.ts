import type { MatchExtension } from '../extension.js';
import { arg, fail, find, range } from '../options.js';
import { ask, type Opaque } from '../opaque.js';

const opaque: Opaque = {
  name: 'connbytes',
  options: { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 },
  negatable: ['--connbytes'],
  category: 'connbytes',
  detail: 'how much the connection has carried',
};

/** connbytes_mt (xt_connbytes.c). The usual answer is that of a connection's first packets. */
export const connbytes: MatchExtension = {
  name: 'connbytes',
  options: opaque.options,
  compile: (options) => {
    const amount = find(options, '--connbytes') ?? fail({ flag: '--connbytes', negated: false, args: [] });
    const [from] = range(amount, arg(amount), Number.MAX_SAFE_INTEGER);
    return ask({ ...opaque, words: { usual: from <= 1 !== amount.negated } }, options);
  },
};

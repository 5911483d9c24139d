import type { MatchExtension } from '../extension.js';
import { U16, arg, conjunction, negatable, range, requireProtocol, unknown, written } from '../options.js';

const readers = new Map([
  [
    '--mss',
    negatable((option) => {
      range(option, arg(option), U16);
      return unknown('bytes', `the MSS option (${written('-m tcpmss', [{ ...option, negated: false }])})`);
    }),
  ],
]);

/** tcpmss_mt (xt_tcpmss.c). */
export const tcpmss: MatchExtension = {
  name: 'tcpmss',
  options: { '--mss': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [6], '-m tcpmss');
    return conjunction(options, readers);
  },
};

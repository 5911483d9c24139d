import type { MatchExtension } from '../extension.js';
import { U16, arg, conjunction, negatable, range, requireProtocol, unknown, written } from '../options.js';
import type { Form } from '../grammar/form.js';
import { rangeTo } from '../grammar/values.js';

const readers = new Map([
  [
    '--mss',
    negatable((option) => {
      range(option, arg(option), U16);
      return unknown('bytes', `the MSS option (${written('-m tcpmss', [{ ...option, negated: false }])})`);
    }),
  ],
]);

const form: Form = {
  options: {
    '--mss': { values: [rangeTo(U16, { upright: true })], not: true },
  },
  needs: [['--mss']],
  protocols: [6],
};

/** tcpmss_mt (xt_tcpmss.c). */
export const tcpmss: MatchExtension = {
  name: 'tcpmss',
  form,
  options: { '--mss': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [6], '-m tcpmss');
    return conjunction(options, readers);
  },
};

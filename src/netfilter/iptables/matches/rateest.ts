import { opaqueMatch } from '../opaque.js';

/** xt_rateest_mt (xt_rateest.c). */
export const rateest = opaqueMatch({
  name: 'rateest',
  options: {
    '--rateest': 1,
    '--rateest1': 1,
    '--rateest2': 1,
    '--rateest-delta': 0,
    '--rateest-bps1': 'optional',
    '--rateest-pps1': 'optional',
    '--rateest-bps2': 'optional',
    '--rateest-pps2': 'optional',
    '--rateest-bps': 'optional',
    '--rateest-pps': 'optional',
    '--rateest-lt': 0,
    '--rateest-gt': 0,
    '--rateest-eq': 0,
  },
  negatable: ['--rateest-lt', '--rateest-gt', '--rateest-eq'],
  category: 'limit',

  detail: 'the measured rate',
});

import { FAIL, asks, matchCases } from './cases.js';

matchCases('rateest', {}, [
  [
    '--rateest eth --rateest-gt --rateest-bps1 5',
    asks('limit', 'the measured rate (-m rateest --rateest eth --rateest-gt --rateest-bps1 5)'),
  ],
  ['--rateest eth --rateest-bps --rateest-gt --rateest-bps1 5', FAIL],
  ['--rateest eth --rateest-gt', FAIL],
  ['--rateest-gt --rateest-bps 5', FAIL],
]);

import { FAIL, matchCases, not } from './cases.js';

matchCases('rpfilter', {}, [
  ['', { op: 'rpfilter', loose: false, validmark: false, acceptLocal: false }],
  ['--loose --validmark --accept-local --invert', not({ op: 'rpfilter', loose: true, validmark: true, acceptLocal: true })],
  ['! --loose', FAIL],
]);

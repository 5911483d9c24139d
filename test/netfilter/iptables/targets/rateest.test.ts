import { FAIL, targetCases } from './cases.js';

targetCases('RATEEST', { proto: 6 }, [
  ['--rateest-name x --rateest-interval 250.0ms --rateest-ewmalog 500.0ms', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

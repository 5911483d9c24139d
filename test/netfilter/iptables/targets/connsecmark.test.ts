import { FAIL, targetCases } from './cases.js';

targetCases('CONNSECMARK', { proto: 6 }, [
  ['--save', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

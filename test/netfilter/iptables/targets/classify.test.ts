import { FAIL, targetCases } from './cases.js';

targetCases('CLASSIFY', { proto: 6 }, [
  ['--set-class 0001:0010', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

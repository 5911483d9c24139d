import { FAIL, targetCases } from './cases.js';

targetCases('AUDIT', { proto: 6 }, [
  ['--type accept', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

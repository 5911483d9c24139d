import { FAIL, targetCases } from './cases.js';

targetCases('TRACE', { proto: 6 }, [
  ['', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

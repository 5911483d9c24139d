import { FAIL, targetCases } from './cases.js';

targetCases('ULOG', { proto: 6 }, [
  ['--ulog-nlgroup 1', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

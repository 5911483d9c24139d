import { FAIL, targetCases } from './cases.js';

targetCases('IDLETIMER', { proto: 6 }, [
  ['--timeout 5 --label x --alarm', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

import { FAIL, targetCases } from './cases.js';

targetCases('CHECKSUM', { proto: 6 }, [
  ['--checksum-fill', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

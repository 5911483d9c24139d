import { FAIL, targetCases } from './cases.js';

targetCases('SECMARK', { proto: 6 }, [
  ['--selctx system_u:object_r:x_t:s0', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

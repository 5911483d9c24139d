import { FAIL, targetCases } from './cases.js';

targetCases('TCPMSS', { proto: 6 }, [
  ['--clamp-mss-to-pmtu', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

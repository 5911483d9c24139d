import { FAIL, targetCases } from './cases.js';

targetCases('TCPOPTSTRIP', { proto: 6 }, [
  ['--strip-options timestamp,3', { kind: 'continue' }],
  ['', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

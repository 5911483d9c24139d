import { FAIL, targetCases } from './cases.js';

targetCases('ECN', { proto: 6 }, [
  ['--ecn-tcp-remove', { kind: 'continue' }],
  ['--ecn-ip-ect 0', { kind: 'tos', mask: 3, value: 0 }],
  ['--ecn-ip-ect 4', FAIL],
  ['', FAIL],
]);

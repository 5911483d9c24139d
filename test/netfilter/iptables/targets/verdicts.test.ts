import { FAIL, targetCases } from './cases.js';

targetCases('ACCEPT', {}, [
  ['', { kind: 'accept' }],
  ['--reject-with tcp-reset', FAIL],
]);
targetCases('DROP', {}, [
  ['', { kind: 'drop' }],
  ['--reject-with tcp-reset', FAIL],
]);
targetCases('RETURN', {}, [
  ['', { kind: 'return' }],
  ['--reject-with tcp-reset', FAIL],
]);

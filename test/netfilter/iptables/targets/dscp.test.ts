import { FAIL, targetCases } from './cases.js';

targetCases('DSCP', {}, [
  ['--set-dscp 0x0a', { kind: 'tos', mask: 0xfc, value: 0x28 }],
  ['--set-dscp-class CS1', { kind: 'tos', mask: 0xfc, value: 0x20 }],
  ['--set-dscp 64', FAIL],
  ['', FAIL],
]);

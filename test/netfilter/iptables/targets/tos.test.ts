import { FAIL, targetCases } from './cases.js';

targetCases('TOS', {}, [
  ['--set-tos 0x10', { kind: 'tos', mask: 0xff, value: 0x10 }],
  ['--set-tos 0x10/0x0f', { kind: 'tos', mask: 0x0f, value: 0x10 }],
  ['--set-tos Minimize-Delay', { kind: 'tos', mask: 0x3f, value: 0x10 }],
  ['--and-tos 0x10', { kind: 'tos', mask: 0xef, value: 0 }],
  ['--or-tos 0x3', { kind: 'tos', mask: 3, value: 3 }],
  ['--xor-tos 0x3', { kind: 'tos', mask: 0, value: 3 }],
  ['--set-tos 0x100', FAIL],
]);

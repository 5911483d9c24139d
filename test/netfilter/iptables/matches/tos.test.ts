import { FAIL, matchCases, not } from './cases.js';

matchCases('tos', {}, [
  ['--tos 0x10', { op: 'masked', field: 'tos', mask: 0xff, value: 0x10 }],
  ['! --tos 0x10/0x3f', not({ op: 'masked', field: 'tos', mask: 0x3f, value: 0x10 })],
  ['--tos Minimize-Delay', { op: 'masked', field: 'tos', mask: 0x3f, value: 0x10 }],
  ['--tos 0x1ff', FAIL],
]);

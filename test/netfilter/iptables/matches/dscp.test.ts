import { FAIL, matchCases, not } from './cases.js';

matchCases('dscp', {}, [
  ['--dscp 0x20', { op: 'masked', field: 'tos', mask: 0xfc, value: 0x80 }],
  ['! --dscp-class ef', not({ op: 'masked', field: 'tos', mask: 0xfc, value: 0xb8 })],
  ['--dscp-class AF13', { op: 'masked', field: 'tos', mask: 0xfc, value: 0x38 }],
  ['--dscp-class CS6', { op: 'masked', field: 'tos', mask: 0xfc, value: 0xc0 }],
  ['--dscp-class be-', { op: 'masked', field: 'tos', mask: 0xfc, value: 0 }],
  ['--dscp-class BE', { op: 'masked', field: 'tos', mask: 0xfc, value: 0 }],
  ['--dscp 64', FAIL],
  ['--dscp-class AF44', FAIL],
]);

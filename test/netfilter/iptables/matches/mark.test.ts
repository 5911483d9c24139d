import { FAIL, matchCases, not } from './cases.js';

matchCases('mark', {}, [
  ['--mark 0x1', { op: 'masked', field: 'mark', mask: 0xffffffff, value: 1 }],
  ['--mark 0x5/0x3', { op: 'masked', field: 'mark', mask: 3, value: 5 }],
  ['! --mark 010', not({ op: 'masked', field: 'mark', mask: 0xffffffff, value: 8 })],
  ['--mark 0x1ffffffff', FAIL],
  ['--mark 1/2/3', FAIL],
  ['--mark -1', FAIL],
]);

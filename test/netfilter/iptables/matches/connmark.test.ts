import { FAIL, and, matchCases, not } from './cases.js';

const hasMark = { op: 'in', field: 'connmark', ranges: [[0, 0xffffffff]] } as const;

matchCases('connmark', {}, [
  ['--mark 0x1/0xff', { op: 'masked', field: 'connmark', mask: 0xff, value: 1 }],
  ['! --mark 5', and(hasMark, not({ op: 'masked', field: 'connmark', mask: 0xffffffff, value: 5 }))],
  ['--mark 0x1/', FAIL],
]);

import { FAIL, targetCases } from './cases.js';

targetCases('MARK', {}, [
  ['--set-xmark 0x1/0xff', { kind: 'mark', mask: 0xff, value: 1 }],
  ['--set-xmark 0x1/0x0', { kind: 'mark', mask: 0, value: 1 }],
  ['--set-mark 7', { kind: 'mark', mask: 0xffffffff, value: 7 }],
  ['--set-mark 0x10/0x3', { kind: 'mark', mask: 0x13, value: 0x10 }],
  ['--and-mark 0xf0', { kind: 'mark', mask: 0xffffff0f, value: 0 }],
  ['--or-mark 0x80000000', { kind: 'mark', mask: 0x80000000, value: 0x80000000 }],
  ['--xor-mark 3', { kind: 'mark', mask: 0, value: 3 }],
  ['', FAIL],
  ['--set-mark 1 --or-mark 2', FAIL],
  ['--set-mark nonsense', FAIL],
]);

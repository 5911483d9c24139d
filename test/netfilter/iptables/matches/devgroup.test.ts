import { FAIL, matchCases, not } from './cases.js';

const group = (which: 'in' | 'out', name: string, mask = 0xffffffff) => ({ op: 'devgroup', which, group: name, mask }) as const;

matchCases('devgroup', {}, [
  ['--src-group 0x5', group('in', '0x5')],
  ['--dst-group uplinks', group('out', 'uplinks')],
  ['! --src-group 0x1/0x3', not(group('in', '0x1', 3))],
  ['--src-group 1 ! --dst-group 2', { op: 'and', of: [group('in', '1'), not(group('out', '2'))] }],
  ['--src-group uplinks/0x3', FAIL],
  ['--src-group 0x1ffffffff', FAIL],
  ['--nonsense', FAIL],
]);

import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('length', {}, [
  ['--length 84', { op: 'in', field: 'length', ranges: [[84, 84]] }],
  ['--length :100', { op: 'in', field: 'length', ranges: [[0, 100]] }],
  [
    '! --length 10:65535',
    {
      op: 'in',
      field: 'length',
      ranges: [
        [0, 9],
        [65536, 0xffffffff],
      ],
    },
  ],
  ['--length 20:10', FALSE],
  ['--length 70000', FAIL],
]);

matchCases('length2', {}, [
  ['--length 84', { op: 'in', field: 'length', ranges: [[84, 84]] }],
  ['--length :100', { op: 'in', field: 'length', ranges: [[0, 100]] }],
  [
    '! --length 10:65535',
    {
      op: 'in',
      field: 'length',
      ranges: [
        [0, 9],
        [65536, 0xffffffff],
      ],
    },
  ],
  ['--length 20:10', FALSE],
  ['--length 70000', FAIL],
]);

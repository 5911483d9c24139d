import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

for (const name of ['length', 'length2'])
  matchCases(name, {}, [
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

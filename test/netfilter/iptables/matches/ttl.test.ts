import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('ttl', {}, [
  ['--ttl-eq 64', { op: 'in', field: 'ttl', ranges: [[64, 64]] }],
  [
    '! --ttl 64',
    {
      op: 'in',
      field: 'ttl',
      ranges: [
        [0, 63],
        [65, 255],
      ],
    },
  ],
  ['--ttl-lt 5', { op: 'in', field: 'ttl', ranges: [[0, 4]] }],
  ['--ttl-gt 5', { op: 'in', field: 'ttl', ranges: [[6, 255]] }],
  ['--ttl-lt 0', FALSE],
  ['--ttl-gt 255', FALSE],
  ['! --ttl-lt 5', FAIL],
  ['--ttl-eq 256', FAIL],
]);

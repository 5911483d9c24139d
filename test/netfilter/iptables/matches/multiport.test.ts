import { FAIL, and, matchCases, or } from './cases.js';

matchCases('multiport', { proto: 6 }, [
  [
    '--dports 80,443',
    {
      op: 'in',
      field: 'dport',
      ranges: [
        [80, 80],
        [443, 443],
      ],
    },
  ],
  ['--destination-ports 80:81', { op: 'in', field: 'dport', ranges: [[80, 81]] }],
  [
    '! --sports 1,10:20,15:30',
    {
      op: 'in',
      field: 'sport',
      ranges: [
        [0, 0],
        [2, 9],
        [31, 65535],
      ],
    },
  ],
  ['--ports 53', or({ op: 'in', field: 'sport', ranges: [[53, 53]] }, { op: 'in', field: 'dport', ranges: [[53, 53]] })],
  ['! --ports 0', and({ op: 'in', field: 'sport', ranges: [[1, 65535]] }, { op: 'in', field: 'dport', ranges: [[1, 65535]] })],
  [
    '--dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15',
    { op: 'in', field: 'dport', ranges: [...Array.from({ length: 13 }, (_, i) => [i + 1, i + 1] as const), [14, 15]] },
  ],
  ['--dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15:16', FAIL],
  ['--dports 5:5', FAIL],
  ['--dports 5:', FAIL],
  ['--dports', FAIL],
  ['--sports 1 --dports 2', FAIL],
  ['', FAIL],
]);

matchCases('multiport', { proto: 1 }, [['--dports 80', FAIL]]);

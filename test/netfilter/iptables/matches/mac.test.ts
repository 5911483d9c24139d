import { FAIL, matchCases } from './cases.js';

matchCases('mac', {}, [
  ['--mac-source 02:42:AC:11:00:02', { op: 'in', field: 'srcMac', ranges: [[0x0242ac110002, 0x0242ac110002]] }],
  [
    '! --mac-source 0:0:0:0:0:1',
    {
      op: 'in',
      field: 'srcMac',
      ranges: [
        [0, 0],
        [2, 0xffffffffffff],
      ],
    },
  ],
  ['--mac-source 02:42:ac:11:00', FAIL],
]);

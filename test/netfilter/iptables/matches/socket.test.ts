import { and, asks, matchCases } from './cases.js';

matchCases('socket', {}, [
  ['', { op: 'socket', transparent: false, nowildcard: false }],
  ['--transparent --nowildcard', { op: 'socket', transparent: true, nowildcard: true }],
  [
    '--restore-skmark',
    and(
      { op: 'socket', transparent: false, nowildcard: false },
      asks('unknown', 'the mark that the socket gives the packet (--restore-skmark)'),
    ),
  ],
]);

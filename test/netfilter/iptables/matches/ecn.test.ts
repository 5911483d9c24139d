import { FAIL, and, matchCases, not } from './cases.js';

matchCases('ecn', { proto: 6 }, [
  [
    '--ecn-tcp-cwr ! --ecn-tcp-ece ! --ecn-ip-ect 2',
    and(
      { op: 'masked', field: 'tcpFlags', mask: 0x80, value: 0x80 },
      { op: 'masked', field: 'tcpFlags', mask: 0x40, value: 0 },
      not({ op: 'masked', field: 'tos', mask: 3, value: 2 }),
    ),
  ],
  ['--ecn-ip-ect 4', FAIL],
]);

matchCases('ecn', {}, [
  ['--ecn-ip-ect 0', { op: 'masked', field: 'tos', mask: 3, value: 0 }],
  ['--ecn-tcp-cwr', FAIL],
]);

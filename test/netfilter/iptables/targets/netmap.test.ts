import { FAIL, targetCases } from './cases.js';

targetCases('NETMAP', {}, [
  ['--to 192.0.2.9/24', { kind: 'netmap', addr: 0xc0000200, mask: 0xffffff00 }],
  ['--to 192.0.2.9', { kind: 'netmap', addr: 0xc0000209, mask: 0xffffffff }],
  ['', FAIL],
  ['--to nonsense', FAIL],
]);

targetCases('NETMAP', { family: 6 }, [['--to fd00::/64', { kind: 'netmap', addr: 0xfdn << 120n, mask: ((1n << 64n) - 1n) << 64n }]]);

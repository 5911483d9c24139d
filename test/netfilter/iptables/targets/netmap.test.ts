import { FAIL, targetCases } from './cases.js';

targetCases('NETMAP', {}, [
  ['--to 192.0.2.9/24', { kind: 'netmap', addr: 0xc0000200, mask: 0xffffff00 }],
  ['--to 192.0.2.9', { kind: 'netmap', addr: 0xc0000209, mask: 0xffffffff }],
  ['--to 10.0.0.0/+8', { kind: 'netmap', addr: 0x0a000000, mask: 0xff000000 }],
  // inet_aton takes no sign
  ['--to +10.0.0.0/8', FAIL],
  ['', FAIL],
  ['--to nonsense', FAIL],
]);

targetCases('NETMAP', { family: 6 }, [['--to fd00::/64', { kind: 'netmap', addr: 0xfdn << 120n, mask: ((1n << 64n) - 1n) << 64n }]]);

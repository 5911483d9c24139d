import { FAIL, targetCases } from './cases.js';

const flags = { random: false, persistent: false };

const one = { minIp: 0x0a000005, maxIp: 0x0a000005 };

targetCases('DNAT', { proto: 6 }, [
  ['--to-destination 10.0.0.5', { kind: 'nat', manip: 'dst', range: { ...one, ...flags } }],
  ['--to-destination 10.0.0.5:80', { kind: 'nat', manip: 'dst', range: { ...one, minPort: 80, maxPort: 80, ...flags } }],
  [
    '--to-destination 10.0.0.5-10.0.0.9:80-90',
    { kind: 'nat', manip: 'dst', range: { minIp: 0x0a000005, maxIp: 0x0a000009, minPort: 80, maxPort: 90, ...flags } },
  ],
  ['--to-destination :8080', { kind: 'nat', manip: 'dst', range: { minPort: 8080, maxPort: 8080, ...flags } }],
  ['--to-destination :80-90/100', { kind: 'nat', manip: 'dst', range: { minPort: 80, maxPort: 90, basePort: 100, ...flags } }],
  ['--to-destination 10.0.0.5 --random --persistent', { kind: 'nat', manip: 'dst', range: { ...one, random: true, persistent: true } }],
  ['--to-destination 10.0.0.9-10.0.0.5', { kind: 'nat', manip: 'dst', range: { minIp: 0x0a000009, maxIp: 0x0a000005, ...flags } }],
  ['', FAIL],
  ['--to-destination 10.0.0.5:', FAIL],
  ['--to-destination 10.0.0.5:90-80', FAIL],
  ['--to-destination 10.0.0.5:80/70', FAIL],
  ['--to-destination 10.0.0.5:80-90/70/60', FAIL],
  ['--to-destination 10.0.0.5:1-2-3', FAIL],
  ['--to-destination 10.0.0.5-10.0.0.6-10.0.0.7', FAIL],
  ['--to-destination [10.0.0.5]:80', FAIL],
  ['--to-destination fd00::1', FAIL],
  ['--to-destination 10.0', FAIL],
  ['--to-destination +10.0.0.5', FAIL],
  ['--to-destination 10.0.0.05', FAIL],
  ['--to-destination 10.0.0.5-10.00.0.9', FAIL],
  ['--to-destination 10.0.0.5 --to-destination 10.0.0.6', FAIL],
  ['! --to-destination 10.0.0.5', FAIL],
]);

targetCases('DNAT', { proto: 0 }, [
  ['--to-destination 10.0.0.5', { kind: 'nat', manip: 'dst', range: { ...one, ...flags } }],
  ['--to-destination 10.0.0.5:80', FAIL],
]);

targetCases('DNAT', { family: 6, proto: 17 }, [
  // what stands between bracket and colon is passed by (iptables 1.8.9)
  [
    '--to-destination [fd00::1]http',
    { kind: 'nat', manip: 'dst', range: { minIp: (0xfd00n << 112n) + 1n, maxIp: (0xfd00n << 112n) + 1n, ...flags } },
  ],
  [
    '--to-destination [fd00::1]x:80',
    {
      kind: 'nat',
      manip: 'dst',
      range: { minIp: (0xfd00n << 112n) + 1n, maxIp: (0xfd00n << 112n) + 1n, minPort: 80, maxPort: 80, ...flags },
    },
  ],
  [
    '--to-destination [fd00::1]:80',
    { kind: 'nat', manip: 'dst', range: { minIp: (0xfdn << 120n) + 1n, maxIp: (0xfdn << 120n) + 1n, minPort: 80, maxPort: 80, ...flags } },
  ],
  [
    '--to-destination [fd00::1]',
    { kind: 'nat', manip: 'dst', range: { minIp: (0xfdn << 120n) + 1n, maxIp: (0xfdn << 120n) + 1n, ...flags } },
  ],
  ['--to-destination ::1-::9', { kind: 'nat', manip: 'dst', range: { minIp: 1n, maxIp: 9n, ...flags } }],
  ['--to-destination [::1-::9]:80-90', { kind: 'nat', manip: 'dst', range: { minIp: 1n, maxIp: 9n, minPort: 80, maxPort: 90, ...flags } }],
  ['--to-destination :80', { kind: 'nat', manip: 'dst', range: { minPort: 80, maxPort: 80, ...flags } }],
  ['--to-destination [::1]-[::9]:80', FAIL],
  ['--to-destination 10.0.0.1', FAIL],
]);

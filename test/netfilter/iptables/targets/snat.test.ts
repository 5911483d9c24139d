import { FAIL, targetCases } from './cases.js';

const flags = { random: false, persistent: false };

const one = { minIp: 0x0a000005, maxIp: 0x0a000005 };

targetCases('SNAT', { proto: 17 }, [
  [
    '--to-source 10.0.0.5:1024-65535 --random-fully',
    { kind: 'nat', manip: 'src', range: { ...one, minPort: 1024, maxPort: 65535, random: true, persistent: false } },
  ],
  ['--to-source :1024-2048', { kind: 'nat', manip: 'src', range: { minPort: 1024, maxPort: 2048, ...flags } }],
  ['', FAIL],
]);

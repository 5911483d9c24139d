import { FAIL, targetCases } from './cases.js';

const flags = { random: false, persistent: false };

targetCases('MASQUERADE', { proto: 17 }, [
  ['', { kind: 'masquerade', range: flags }],
  ['--random-fully', { kind: 'masquerade', range: { random: true, persistent: false } }],
  ['--to-ports 1024-2000 --random', { kind: 'masquerade', range: { minPort: 1024, maxPort: 2000, random: true, persistent: false } }],
  ['--to-ports 2000-1024', FAIL],
]);

targetCases('MASQUERADE', {}, [['--to-ports 1024', FAIL]]);

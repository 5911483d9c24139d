import { FAIL, targetCases } from './cases.js';

const flags = { random: false, persistent: false };

targetCases('REDIRECT', { proto: 6 }, [
  ['', { kind: 'redirect', range: flags }],
  ['--to-ports 3128', { kind: 'redirect', range: { minPort: 3128, maxPort: 3128, ...flags } }],
  ['--to-ports 8000-8010 --random', { kind: 'redirect', range: { minPort: 8000, maxPort: 8010, random: true, persistent: false } }],
  ['--to-ports 1-2-3', FAIL],
]);

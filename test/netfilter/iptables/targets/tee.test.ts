import { FAIL, targetCases } from './cases.js';

targetCases('TEE', { proto: 6 }, [
  ['--gateway 10.0.0.1 --oif eth0', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

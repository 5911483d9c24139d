import { FAIL, targetCases } from './cases.js';

targetCases('LED', { proto: 6 }, [
  ['--led-trigger-id x --led-always-blink', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

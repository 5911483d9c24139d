import { FAIL, targetCases } from './cases.js';

targetCases('LOG', { proto: 6 }, [
  ["--log-prefix 'a b' --log-level 4 --log-uid", { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

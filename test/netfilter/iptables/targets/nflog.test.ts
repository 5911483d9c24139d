import { FAIL, targetCases } from './cases.js';

targetCases('NFLOG', { proto: 6 }, [
  ['--nflog-group 5 --nflog-prefix x', { kind: 'continue' }],
  ['--nonsense', FAIL],
]);

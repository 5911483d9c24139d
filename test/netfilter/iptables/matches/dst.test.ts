import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('dst', { family: 6 }, [
  ['--dst-len 4', FALSE],
  ['--nonsense', FAIL],
]);

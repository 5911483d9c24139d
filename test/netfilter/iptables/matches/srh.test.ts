import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('srh', { family: 6 }, [
  ['! --srh-tag 1', FALSE],
  ['--nonsense', FAIL],
]);

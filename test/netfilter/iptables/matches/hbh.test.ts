import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('hbh', { family: 6 }, [
  ['! --hbh-len 4 --hbh-opts 1:2,3', FALSE],
  ['--nonsense', FAIL],
]);

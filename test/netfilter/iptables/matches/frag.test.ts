import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('frag', { family: 6 }, [
  ['--fragid 1:2 ! --fraglen 8 --fragfirst', FALSE],
  ['--nonsense', FAIL],
]);

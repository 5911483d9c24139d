import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('rt', { family: 6 }, [
  ['--rt-type 0 ! --rt-segsleft 1 --rt-0-addrs ::1,::2', FALSE],
  ['--nonsense', FAIL],
]);

import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('rt', { family: 6 }, [
  ['--rt-type 0 ! --rt-segsleft 1 --rt-0-addrs ::1,::2', FALSE],
  ['--rt-type 0 --rt-0-addrs ::1 --rt-0-not-strict', FALSE],
  ['--rt-type 0 --rt-0-addrs ::1,', FAIL],
  ['--rt-type 0 --rt-0-addrs 10.0.0.1', FAIL],
  [`--rt-type 0 --rt-0-addrs ${Array(17).fill('::1').join(',')}`, FAIL],
  ['--rt-0-res --rt-type 0', FAIL],
  ['--rt-type 0 --rt-0-not-strict --rt-0-addrs ::1', FAIL],
  ['--nonsense', FAIL],
]);

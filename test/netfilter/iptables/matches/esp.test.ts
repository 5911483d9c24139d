import { TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { asks, matchCases, not } from './cases.js';

matchCases('esp', { proto: 50 }, [
  ['--espspi 0:4294967295', TRUE],
  ['! --espspi 0x10', not(asks('bytes', 'the security parameter index (-m esp --espspi 0x10)'))],
]);

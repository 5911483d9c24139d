import { FALSE, TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, asks, matchCases } from './cases.js';

matchCases('ah', { family: 4, proto: 51 }, [
  ['', TRUE],
  ['--ahspi 1:5', asks('bytes', 'the security parameter index (-m ah --ahspi 1:5)')],
  ['--ahspi 5:1', FALSE],
]);

matchCases('ah', { family: 4, proto: 6 }, [['', FAIL]]);

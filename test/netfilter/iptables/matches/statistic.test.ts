import { FALSE, type Predicate, TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, asks, matchCases, not } from './cases.js';

const counted = (fresh: boolean, packet: number): Predicate =>
  asks('statistic', `a counter or a random number (-m statistic --mode nth --every 3 --packet ${packet})`, { fresh });

matchCases('statistic', {}, [
  ['--mode random --probability 0.5', asks('statistic', 'a counter or a random number (-m statistic --mode random --probability 0.5)')],
  ['--mode random --probability 1.00000000000', TRUE],
  ['--mode random ! --probability 0.00000000000', not(FALSE)],
  ['--mode nth --every 1 --packet 0', TRUE],
  [
    '--mode nth ! --every 3 --packet 1',
    not(asks('statistic', 'a counter or a random number (-m statistic --mode nth --every 3 --packet 1)')),
  ],
  ['--mode nth --every 3 --packet 3', FAIL],
  ['--mode nth --every 0', FAIL],
  ['--mode random --probability 1.5', FAIL],
  ['--mode random --every 3', FAIL],
  ['--mode nonsense', FAIL],
  ['--every 3', FAIL],
]);

// rules of nat see the first packet of a connection alone, so that the counter's start decides
matchCases('statistic', { place: { table: 'nat', hooks: () => new Set() } }, [
  ['--mode nth --every 3 --packet 0', counted(true, 0)],
  ['--mode nth --every 3 --packet 1', counted(false, 1)],
  ['--mode nth ! --every 3 --packet 0', not(counted(false, 0))],
  ['--mode nth ! --every 3 --packet 2', not(counted(true, 2))],
]);

import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, asks, matchCases, not } from './cases.js';

matchCases('quota', {}, [
  ['--quota 1000', asks('quota', 'what is left of the quota (-m quota --quota 1000)', { yes: 'under', no: 'over', usual: true })],
  ['! --quota 1000', not(asks('quota', 'what is left of the quota (-m quota --quota 1000)', { yes: 'under', no: 'over', usual: true }))],
  ['--quota 0', FALSE],
  ['--quota all', FAIL],
]);

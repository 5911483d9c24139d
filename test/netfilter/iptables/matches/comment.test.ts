import { TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('comment', {}, [
  ["--comment 'a b'", TRUE],
  ['! --comment x', FAIL],
]);

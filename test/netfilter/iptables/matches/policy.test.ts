import { FALSE, TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases } from './cases.js';

matchCases('policy', {}, [
  ['--dir in --pol none', TRUE],
  ['--dir out --pol ipsec --strict --reqid 1 --proto esp --next --reqid 2', FALSE],
  ['--dir in --spi 2', FALSE],
  ['--dir sideways --pol none', FAIL],
  ['--pol ipsec', FAIL],
  ['! --dir in --pol none', FAIL],
  ['--dir in --pol none --nonsense', FAIL],
]);

import { CT_STATE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases, not } from './cases.js';

const related = { op: 'anybit', field: 'ctstate', mask: CT_STATE.RELATED | CT_STATE.ESTABLISHED } as const;

matchCases('state', {}, [
  ['--state RELATED,ESTABLISHED', related],
  ['! --state INVALID', not({ op: 'anybit', field: 'ctstate', mask: CT_STATE.INVALID })],
  ['--state DNAT', FAIL],
]);

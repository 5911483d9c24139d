import { CT_STATUS } from '../../../../src/netfilter/predicate/predicate.js';
import { and, asks, matchCases, not } from './cases.js';

const expected = { op: 'anybit', field: 'ctstatus', mask: CT_STATUS.EXPECTED } as const;

const byFtp = and(expected, asks('helper', 'whether the connection was expected by the helper ftp'));

matchCases('helper', {}, [
  ['--helper ftp', byFtp],
  ['! --helper ftp', not(byFtp)],
]);

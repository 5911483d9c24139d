import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, matchCases, not } from './cases.js';

matchCases('iprange', { family: 4 }, [
  ['--src-range 10.0.0.1-10.0.0.5', { op: 'in', field: 'src', ranges: [[0x0a000001, 0x0a000005]] }],
  ['! --dst-range 10.0.0.1', not({ op: 'in', field: 'dst', ranges: [[0x0a000001, 0x0a000001]] })],
  ['! --dst-range 10.0.0.5-10.0.0.1', not(FALSE)],
  ['--src-range 10.0.0.1-10.0.0.5-10.0.0.9', FAIL],
  ['--src-range ::1-::5', FAIL],
]);

matchCases('iprange', { family: 6 }, [['--dst-range ::1-::ffff', { op: 'in', field: 'dst', ranges: [[1n, 0xffffn]] }]]);

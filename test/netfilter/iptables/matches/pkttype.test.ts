import { FAIL, matchCases, not } from './cases.js';

matchCases('pkttype', {}, [
  ['--pkt-type unicast', { op: 'in', field: 'pkttype', ranges: [[0, 0]] }],
  ['! --pkt-type BROADCAST', not({ op: 'in', field: 'pkttype', ranges: [[1, 1]] })],
  ['--pkt-type mcast', { op: 'in', field: 'pkttype', ranges: [[2, 2]] }],
  ['--pkt-type otherhost', { op: 'in', field: 'pkttype', ranges: [[3, 3]] }],
  ['--pkt-type nonsense', FAIL],
]);

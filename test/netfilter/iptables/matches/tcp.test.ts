import { FAIL, and, matchCases, not } from './cases.js';
import { portTable, strict } from './port-cases.js';

const isTcp = { op: 'in', field: 'tcpFlags', ranges: [[0, 255]] } as const;

const syn = { op: 'masked', field: 'tcpFlags', mask: 0x17, value: 0x02 } as const;

matchCases('tcp', { proto: 6 }, [
  ...portTable,
  ...strict,
  ['--syn', syn],
  ['--tcp-flags FIN,SYN,RST,ACK SYN', syn],
  ['! --syn', and(isTcp, not(syn))],
  ['--tcp-flags ALL NONE', { op: 'masked', field: 'tcpFlags', mask: 63, value: 0 }],
  ['! --tcp-flags SYN,ACK FIN', and(isTcp, not({ op: 'masked', field: 'tcpFlags', mask: 18, value: 1 }))],
  ['--tcp-option 2', { op: 'in', field: 'tcpOption', ranges: [[2, 2]] }],
  ['! --tcp-option 30', and(isTcp, not({ op: 'in', field: 'tcpOption', ranges: [[30, 30]] }))],
  ['--dport 22 --syn', and({ op: 'in', field: 'dport', ranges: [[22, 22]] }, syn)],
  ['--tcp-option 0', FAIL],
  ['--tcp-option 256', FAIL],
  ['--tcp-flags SYN NONSENSE', FAIL],
]);

matchCases('tcp', { proto: 0 }, [['--dport 80', FAIL]]);

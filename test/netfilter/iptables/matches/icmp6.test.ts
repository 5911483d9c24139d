import { FAIL, and, matchCases } from './cases.js';

const type = (value: number) => ({ op: 'in', field: 'icmpType', ranges: [[value, value]] }) as const;

matchCases('icmp6', { family: 6, proto: 58 }, [
  ['--icmpv6-type neighbour-solicitation', type(135)],
  ['--icmpv6-type 1/4', and(type(1), { op: 'in', field: 'icmpCode', ranges: [[4, 4]] })],
  ['! --icmpv6-type 255', { op: 'in', field: 'icmpType', ranges: [[0, 254]] }],
  ['--icmpv6-type any', FAIL],
]);

matchCases('icmpv6', { family: 6, proto: 58 }, [
  ['--icmpv6-type neighbour-solicitation', type(135)],
  ['--icmpv6-type 1/4', and(type(1), { op: 'in', field: 'icmpCode', ranges: [[4, 4]] })],
  ['! --icmpv6-type 255', { op: 'in', field: 'icmpType', ranges: [[0, 254]] }],
  ['--icmpv6-type any', FAIL],
]);

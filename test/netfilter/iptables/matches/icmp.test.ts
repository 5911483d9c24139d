import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, matchCases, or } from './cases.js';

const type = (value: number) => ({ op: 'in', field: 'icmpType', ranges: [[value, value]] }) as const;

const any = { op: 'in', field: 'icmpType', ranges: [[0, 255]] } as const;

matchCases('icmp', { proto: 1 }, [
  ['', FAIL],
  ['--icmp-type echo-req', type(8)],
  ['--icmp-type ttl-zero', FAIL],
  ['--icmp-type any', any],
  ['--icmp-type 255/3', any],
  ['! --icmp-type any', FALSE],
  ['--icmp-type 8', type(8)],
  ['--icmp-type echo-request', type(8)],
  ['--icmp-type ping', type(8)],
  [
    '! --icmp-type 8',
    {
      op: 'in',
      field: 'icmpType',
      ranges: [
        [0, 7],
        [9, 255],
      ],
    },
  ],
  ['--icmp-type 3/4', and(type(3), { op: 'in', field: 'icmpCode', ranges: [[4, 4]] })],
  ['--icmp-type TOS-host-redirect', and(type(5), { op: 'in', field: 'icmpCode', ranges: [[3, 3]] })],
  [
    '! --icmp-type fragmentation-needed',
    or(
      {
        op: 'in',
        field: 'icmpType',
        ranges: [
          [0, 2],
          [4, 255],
        ],
      },
      and(type(3), {
        op: 'in',
        field: 'icmpCode',
        ranges: [
          [0, 3],
          [5, 255],
        ],
      }),
    ),
  ],
  ['--icmp-type 256', FAIL],
  ['--icmp-type 3/4/5', FAIL],
  ['--icmp-type nonsense', FAIL],
]);

matchCases('icmp', { proto: 6 }, [['--icmp-type 8', FAIL]]);

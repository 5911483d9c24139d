import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, asks, matchCases, not } from './cases.js';

matchCases('mark', {}, [
  ['--mark 0x1', { op: 'masked', field: 'mark', mask: 0xffffffff, value: 1 }],
  ['--mark 0x5/0x3', { op: 'masked', field: 'mark', mask: 3, value: 5 }],
  ['! --mark 010', not({ op: 'masked', field: 'mark', mask: 0xffffffff, value: 8 })],
  ['--mark 0x1ffffffff', FAIL],
  ['--mark 1/2/3', FAIL],
  ['--mark -1', FAIL],
]);
matchCases('iprange', { family: 4 }, [
  ['--src-range 10.0.0.1-10.0.0.5', { op: 'in', field: 'src', ranges: [[0x0a000001, 0x0a000005]] }],
  ['! --dst-range 10.0.0.1', not({ op: 'in', field: 'dst', ranges: [[0x0a000001, 0x0a000001]] })],
  ['! --dst-range 10.0.0.5-10.0.0.1', not(FALSE)],
  ['--src-range 10.0.0.1-10.0.0.5-10.0.0.9', FAIL],
  ['--src-range ::1-::5', FAIL],
]);
matchCases('iprange', { family: 6 }, [['--dst-range ::1-::ffff', { op: 'in', field: 'dst', ranges: [[1n, 0xffffn]] }]]);
matchCases('mac', {}, [
  ['--mac-source 02:42:AC:11:00:02', { op: 'in', field: 'srcMac', ranges: [[0x0242ac110002, 0x0242ac110002]] }],
  [
    '! --mac-source 0:0:0:0:0:1',
    {
      op: 'in',
      field: 'srcMac',
      ranges: [
        [0, 0],
        [2, 0xffffffffffff],
      ],
    },
  ],
  ['--mac-source 02:42:ac:11:00', FAIL],
]);
matchCases('pkttype', {}, [
  ['--pkt-type unicast', { op: 'in', field: 'pkttype', ranges: [[0, 0]] }],
  ['! --pkt-type BROADCAST', not({ op: 'in', field: 'pkttype', ranges: [[1, 1]] })],
  ['--pkt-type mcast', { op: 'in', field: 'pkttype', ranges: [[2, 2]] }],
  ['--pkt-type otherhost', { op: 'in', field: 'pkttype', ranges: [[3, 3]] }],
  ['--pkt-type nonsense', FAIL],
]);
for (const name of ['length', 'length2'])
  matchCases(name, {}, [
    ['--length 84', { op: 'in', field: 'length', ranges: [[84, 84]] }],
    ['--length :100', { op: 'in', field: 'length', ranges: [[0, 100]] }],
    [
      '! --length 10:65535',
      {
        op: 'in',
        field: 'length',
        ranges: [
          [0, 9],
          [65536, 0xffffffff],
        ],
      },
    ],
    ['--length 20:10', FALSE],
    ['--length 70000', FAIL],
  ]);
matchCases('ttl', {}, [
  ['--ttl-eq 64', { op: 'in', field: 'ttl', ranges: [[64, 64]] }],
  [
    '! --ttl 64',
    {
      op: 'in',
      field: 'ttl',
      ranges: [
        [0, 63],
        [65, 255],
      ],
    },
  ],
  ['--ttl-lt 5', { op: 'in', field: 'ttl', ranges: [[0, 4]] }],
  ['--ttl-gt 5', { op: 'in', field: 'ttl', ranges: [[6, 255]] }],
  ['--ttl-lt 0', FALSE],
  ['--ttl-gt 255', FALSE],
  ['! --ttl-lt 5', FAIL],
  ['--ttl-eq 256', FAIL],
]);
matchCases('hl', { family: 6 }, [
  ['! --hl-eq 255', { op: 'in', field: 'ttl', ranges: [[0, 254]] }],
  ['--hl-gt 1', { op: 'in', field: 'ttl', ranges: [[2, 255]] }],
]);
matchCases('dscp', {}, [
  ['--dscp 0x20', { op: 'masked', field: 'tos', mask: 0xfc, value: 0x80 }],
  ['! --dscp-class ef', not({ op: 'masked', field: 'tos', mask: 0xfc, value: 0xb8 })],
  ['--dscp-class AF13', { op: 'masked', field: 'tos', mask: 0xfc, value: 0x38 }],
  ['--dscp-class CS6', { op: 'masked', field: 'tos', mask: 0xfc, value: 0xc0 }],
  ['--dscp-class BE', { op: 'masked', field: 'tos', mask: 0xfc, value: 0 }],
  ['--dscp 64', FAIL],
  ['--dscp-class AF44', FAIL],
]);
matchCases('tos', {}, [
  ['--tos 0x10', { op: 'masked', field: 'tos', mask: 0xff, value: 0x10 }],
  ['! --tos 0x10/0x3f', not({ op: 'masked', field: 'tos', mask: 0x3f, value: 0x10 })],
  ['--tos Minimize-Delay', { op: 'masked', field: 'tos', mask: 0x3f, value: 0x10 }],
  ['--tos 0x1ff', FAIL],
]);
matchCases('ecn', { proto: 6 }, [
  [
    '--ecn-tcp-cwr ! --ecn-tcp-ece ! --ecn-ip-ect 2',
    and(
      { op: 'masked', field: 'tcpFlags', mask: 0x80, value: 0x80 },
      { op: 'masked', field: 'tcpFlags', mask: 0x40, value: 0 },
      not({ op: 'masked', field: 'tos', mask: 3, value: 2 }),
    ),
  ],
  ['--ecn-ip-ect 4', FAIL],
]);
matchCases('ecn', {}, [
  ['--ecn-ip-ect 0', { op: 'masked', field: 'tos', mask: 3, value: 0 }],
  ['--ecn-tcp-cwr', FAIL],
]);
matchCases('tcpmss', { proto: 6 }, [
  ['! --mss 1400:1500', not(asks('bytes', 'the MSS option (-m tcpmss --mss 1400:1500)'))],
  ['--mss 70000', FAIL],
]);
matchCases('tcpmss', { proto: 17 }, [['--mss 1', FAIL]]);

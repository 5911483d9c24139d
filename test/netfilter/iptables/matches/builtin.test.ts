import { FALSE, TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, matchCases, not } from './cases.js';

const tenNet = { op: 'in', field: 'src', ranges: [[0x0a000000, 0x0affffff]] } as const;

matchCases('', { family: 4 }, [
  ['', TRUE],
  ['-s 10.0.0.0/8', tenNet],
  ['--source 10.0.0.0/255.0.0.0', tenNet],
  [
    '-s 10.0.0.0/8,192.0.2.1',
    {
      op: 'in',
      field: 'src',
      ranges: [
        [0x0a000000, 0x0affffff],
        [0xc0000201, 0xc0000201],
      ],
    },
  ],
  ['! -s 10.0.0.0/8', not(tenNet)],
  ['-d 192.0.2.1', { op: 'in', field: 'dst', ranges: [[0xc0000201, 0xc0000201]] }],
  ['! -d 192.0.2.1/32', not({ op: 'in', field: 'dst', ranges: [[0xc0000201, 0xc0000201]] })],
  ['-d 10.0.0.1/255.0.0.255', { op: 'masked', field: 'dst', mask: 0xff0000ff, value: 0x0a000001 }],
  ['-s 0.0.0.0/0', TRUE],
  ['! -s 0.0.0.0/0', not(TRUE)],
  ['-i eth0', { op: 'iface', which: 'in', name: 'eth0', prefix: false }],
  ['! -o br-+', not({ op: 'iface', which: 'out', name: 'br-', prefix: true })],
  ['-i +', TRUE],
  ['! -i +', not({ op: 'iface', which: 'in', name: '', prefix: true })],
  ['-p tcp', { op: 'in', field: 'proto', ranges: [[6, 6]] }],
  ['-p 47', { op: 'in', field: 'proto', ranges: [[47, 47]] }],
  ['! -p UDP', not({ op: 'in', field: 'proto', ranges: [[17, 17]] })],
  ['-p all', TRUE],
  ['-p 0', TRUE],
  ['-f', { op: 'in', field: 'fragment', ranges: [[1, 65535]] }],
  ['! -f', { op: 'in', field: 'fragment', ranges: [[0, 0]] }],
  ['-4', TRUE],
  ['-6', FALSE],
  [
    '-s 10.0.0.0/8 ! -o docker0 -p icmp',
    and(tenNet, not({ op: 'iface', which: 'out', name: 'docker0', prefix: false }), { op: 'in', field: 'proto', ranges: [[1, 1]] }),
  ],
  ['! -p all', FAIL],
  ['-p 256', FAIL],
  ['-p nonsense', FAIL],
  ['-s fd00::/8', FAIL],
  ['-s 10.0.0.0/33', FAIL],
  ['-s example.com', FAIL],
  ['! -s 10.0.0.0/8,192.0.2.1', FAIL],
  ['-i fifteenletters0', { op: 'iface', which: 'in', name: 'fifteenletters0', prefix: false }],
  ['-i sixteenletters00', FAIL],
  ['-s 10.0.0.0/8 --source 10.0.0.0/8', FAIL],
  ['--nonsense', FAIL],
]);

matchCases('', { family: 6 }, [
  ['-s fe80::/10', { op: 'in', field: 'src', ranges: [[0xfe80n << 112n, (0xfec0n << 112n) - 1n]] }],
  ['-d ::/0', TRUE],
  ['! -d ::1/128', not({ op: 'in', field: 'dst', ranges: [[1n, 1n]] })],
  ['-d ::1/::ffff', { op: 'masked', field: 'dst', mask: 0xffffn, value: 1n }],
  ['-p ipv6-icmp', { op: 'in', field: 'proto', ranges: [[58, 58]] }],
  ['-6', TRUE],
  ['-4', FALSE],
  ['-f', FAIL],
  ['-s 10.0.0.0/8', FAIL],
]);

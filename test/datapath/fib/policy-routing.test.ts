import { testCases } from '../../support/cases.js';
import { lab, labHost } from '../../support/lab.js';

const routes = labHost().routes ?? [];
const links = labHost().links;
const LOCAL = '0: from all lookup local';
const MAIN = ['32766: from all lookup main', '32767: from all lookup default'];
const SECOND = { name: 'eth1', index: 6, addrs: ['198.51.100.10/24'] };
const two = [...links, SECOND];
const toTwo = [
  ...routes,
  '198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10',
  'default via 198.51.100.1 dev eth1 table 100',
];
const far = { from: 'web', to: '203.0.113.8', dport: 443 } as const;

testCases([
  {
    what: 'the longest prefix wins over the metric',
    spaces: lab({ links: two, routes: [...toTwo, '203.0.113.0/24 via 198.51.100.1 dev eth1 metric 900'] }),
    flow: far,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth1 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth1 has 198.51.100.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth1 out'],
      rules: [],
    },
  },
  {
    what: 'of one prefix the lower metric wins',
    spaces: lab({
      links: two,
      routes: [...toTwo, 'default via 198.51.100.1 dev eth1 metric 5', 'default via 192.0.2.9 dev eth0 metric 9'].slice(1),
    }),
    flow: far,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth1 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth1 has 198.51.100.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth1 out'],
      rules: [],
    },
  },
  {
    what: 'a mark set in PREROUTING chooses the table',
    spaces: lab({
      links: two,
      routes: toTwo,
      rules: [LOCAL, '100: from all fwmark 0x1/0xf lookup 100', ...MAIN],
      iptables: { mangle: ['-A PREROUTING -s 172.17.0.2/32 -j MARK --set-xmark 0x11/0xffffffff'] },
    }),
    flow: far,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth1 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth1 has 198.51.100.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth1 out'],
      rules: ['host mangle -A PREROUTING -s 172.17.0.2/32 -j MARK --set-xmark 0x11/0xffffffff'],
    },
  },
  {
    what: 'a mark set in mangle OUTPUT routes anew, the source stays',
    spaces: lab({
      links: two,
      routes: toTwo,
      rules: [LOCAL, '100: from all fwmark 0x1 lookup 100', ...MAIN],
      iptables: { mangle: ['-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff'] },
    }),
    flow: { from: 'host', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason: 'the packet leaves host by eth1 as 192.0.2.10:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
      packets: ['192.0.2.10:49152 > 203.0.113.8:443: host eth1 out'],
      rules: ['host mangle -A OUTPUT -j MARK --set-xmark 0x1/0xffffffff'],
    },
  },
  {
    what: 'a mark set in raw OUTPUT comes too late and does not route anew',
    spaces: lab({
      links: two,
      routes: toTwo,
      rules: [LOCAL, '100: from all fwmark 0x1 lookup 100', ...MAIN],
      iptables: { raw: ['-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff'] },
    }),
    flow: { from: 'host', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason: 'the packet leaves host by eth0 as 192.0.2.10:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
      packets: ['192.0.2.10:49152 > 203.0.113.8:443: host eth0 out'],
      rules: ['host raw -A OUTPUT -j MARK --set-xmark 0x1/0xffffffff'],
    },
  },
  {
    what: 'rules by source, input device, destination port; goto skips',
    spaces: lab({
      links: two,
      routes: toTwo,
      rules: [
        LOCAL,
        '90: from all iif docker0 goto 200',
        '95: from all to 172.17.0.0/16 lookup main',
        '100: from all blackhole',
        '200: from 172.17.0.0/16 ipproto tcp dport 443 lookup 100',
        ...MAIN,
      ],
    }),
    flow: far,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth1 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth1 has 198.51.100.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth1 out'],
      rules: [],
    },
  },
  {
    what: 'suppress_prefixlength 0 takes all of main but its default route',
    spaces: lab({
      links: two,
      routes: toTwo,
      rules: [LOCAL, '100: from all lookup main suppress_prefixlength 0', '101: from all lookup 100', ...MAIN],
    }),
    flow: far,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth1 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth1 has 198.51.100.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth1 out'],
      rules: [],
    },
  },
  {
    what: 'throw goes on with the next rule',
    spaces: lab({
      links: two,
      routes: [...toTwo, 'throw 203.0.113.0/24 table 100'],
      rules: [LOCAL, '99: from all to 172.17.0.0/16 lookup main', '100: from all lookup 100', ...MAIN],
    }),
    flow: far,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
]);

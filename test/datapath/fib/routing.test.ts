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
    what: 'a rule that says unreachable is a network that is unreachable (fib4_rule_action)',
    spaces: lab({ rules: [LOCAL, '100: from all to 203.0.113.0/24 unreachable', ...MAIN] }),
    flow: far,
    told: {
      outcome: 'unreachable',
      reason: '203.0.113.8: no route (network unreachable) by `ip rule from all to 203.0.113.0/24 unreachable` (ICMP network unreachable)',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'a blackhole says nothing',
    spaces: lab({ routes: [...routes, 'blackhole 203.0.113.0/24'] }),
    flow: far,
    told: {
      outcome: 'timeout',
      reason: '203.0.113.8: blackhole by `blackhole 203.0.113.0/24`',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'a blackhole fails the call of a local sender',
    spaces: lab({ routes: [...routes, 'blackhole 203.0.113.0/24'] }),
    flow: { ...far, from: 'host' },
    told: {
      outcome: 'unreachable',
      reason: '203.0.113.8: blackhole by `blackhole 203.0.113.0/24` (EINVAL in host)',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'a prohibiting route answers by ICMP',
    spaces: lab({ routes: [...routes, 'prohibit 203.0.113.0/24'] }),
    flow: far,
    told: {
      outcome: 'unreachable',
      reason: '203.0.113.8: administratively prohibited by `prohibit 203.0.113.0/24` (ICMP administratively prohibited)',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'forwarding is off',
    spaces: lab({ sysctl: { 'net.ipv4.ip_forward': 0 } }),
    flow: far,
    told: {
      outcome: 'timeout',
      reason: '203.0.113.8 is not an address of host, and forwarding is off on docker0',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'no route, and forwarding off: not even an error',
    spaces: lab({ routes: routes.slice(1), sysctl: { 'net.ipv4.ip_forward': 0 } }),
    flow: far,
    told: {
      outcome: 'timeout',
      reason: '203.0.113.8: no route (network unreachable); host does not forward, so it says nothing',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'equal next hops are asked for',
    spaces: lab({
      links: two,
      routes: [
        ...toTwo.slice(1),
        'default proto static nexthop via 192.0.2.1 dev eth0 weight 1 nexthop via 198.51.100.1 dev eth1 weight 1',
      ],
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
  {
    what: 'a route by a device without a carrier is passed over where all devices are told to (IN_DEV_ORCONF)',
    spaces: lab({
      links: [...links, { ...SECOND, noCarrier: true }],
      routes: [...toTwo, '203.0.113.0/24 via 198.51.100.1 dev eth1'],
      sysctl: { 'net.ipv4.conf.all.ignore_routes_with_linkdown': 1 },
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
  {
    what: '127/8 does not come in by a device',
    spaces: lab({
      iptables: { nat: ['-A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 127.0.0.1:443'] },
      listen: ['tcp 127.0.0.1:443'],
    }),
    flow: far,
    told: {
      outcome: 'timeout',
      reason: 'martian destination: 127.0.0.1 may not come in by docker0 while route_localnet is 0',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host nat -A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 127.0.0.1:443'],
    },
  },
  {
    what: 'route_localnet lets it',
    spaces: lab({
      iptables: { nat: ['-A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 127.0.0.1:443'] },
      listen: ['tcp 127.0.0.1:443'],
      sysctl: { 'net.ipv4.conf.docker0.route_localnet': 1 },
    }),
    flow: far,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp 127.0.0.1:443 in host answers',
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '< 203.0.113.8:443 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: ['host nat -A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 127.0.0.1:443'],
    },
  },
  {
    what: 'IPv6 has no such switch: after DNAT there is no route to ::1',
    spaces: lab(
      {
        links: [...links.slice(0, 1), { ...links[1]!, addrs: ['fd00::1/64'] }, ...links.slice(2)],
        routes6: ['fd00::/64 dev docker0', 'default via fd00::9 dev docker0'],
        ip6tables: { nat: ['-A PREROUTING -p ipv6-icmp -j DNAT --to-destination ::1'] },
      },
      {
        links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs: ['fd00::2/64'] }],
        routes6: ['fd00::/64 dev eth0', 'default via fd00::1 dev eth0'],
      },
    ),
    flow: { from: 'web', to: '2001:db8::8' },
    told: {
      outcome: 'unreachable',
      reason: '::1: no route (network unreachable) (ICMPv6 no route)',
      packets: ['fd00::2 > 2001:db8::8: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host nat -A PREROUTING -p ipv6-icmp -j DNAT --to-destination ::1'],
    },
  },
  {
    what: 'IPv6 says that there is no route even where it does not forward (ip6_pkt_drop)',
    spaces: lab(
      {
        links: [...links.slice(0, 1), { ...links[1]!, addrs: [...links[1]!.addrs!, 'fd00::1/64'] }, ...links.slice(2)],
        routes6: ['fd00::/64 dev docker0'],
        sysctl: { 'net.ipv6.conf.all.forwarding': 0 },
      },
      {
        links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs: ['fd00::2/64'] }],
        routes6: ['fd00::/64 dev eth0', 'default via fd00::1 dev eth0'],
      },
    ),
    flow: { from: 'web', to: '2001:db8::8' },
    told: {
      outcome: 'unreachable',
      reason: '2001:db8::8: no route (network unreachable) (ICMPv6 no route)',
      packets: ['fd00::2 > 2001:db8::8: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
]);

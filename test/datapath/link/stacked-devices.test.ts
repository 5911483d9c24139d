import { testCases } from '../../support/cases.js';
import { macOf, type Space } from '../../support/host-builder.js';

const macvlan = (index: number, address: string, mode: string): Space => ({
  links: [{ name: 'eth0', index, kind: 'macvlan', data: { mode }, peer: 2, nsid: 0, addrs: [`${address}/24`] }],
  routes: ['default via 192.0.2.1 dev eth0', `192.0.2.0/24 dev eth0 proto kernel scope link src ${address}`],
  listen: ['tcp 0.0.0.0:80'],
});
const ipvlan = (index: number, address: string, mode: string): Space => ({
  ...macvlan(index, address, mode),
  links: [
    {
      name: 'eth0',
      index,
      kind: 'ipvlan',
      data: { mode },
      mac: macOf('host', 2),
      peer: 2,
      nsid: 0,
      addrs: [`${address}/24`],
      flags: mode === 'l2' ? [] : ['NOARP'],
    },
  ],
  ...(mode === 'l2' ? {} : { routes: ['default dev eth0 scope link', `192.0.2.0/24 dev eth0 proto kernel scope link src ${address}`] }),
});
const host: Space = {
  links: [{ name: 'eth0', index: 2, addrs: ['192.0.2.10/24'] }],
  routes: ['default via 192.0.2.1 dev eth0', '192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10'],
  listen: ['tcp 0.0.0.0:22'],
  iptables: { filter: ['-P FORWARD DROP', '-P INPUT DROP', '-P OUTPUT DROP'] },
};
const mac = (a: string, b: string) => ({ host, one: macvlan(20, '192.0.2.20', a), two: macvlan(21, '192.0.2.21', b) });
const ip = (mode: string, at: Space = host) => ({ host: at, one: ipvlan(20, '192.0.2.20', mode), two: ipvlan(21, '192.0.2.21', mode) });
const web = { from: 'one', to: 'two', dport: 80 } as const;

testCases([
  {
    what: "macvlan bridge: siblings meet past the host's rules",
    spaces: mac('bridge', 'bridge'),
    flow: web,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in two answers',
      packets: [
        '192.0.2.20:49152 > 192.0.2.21:80: one eth0 out, host eth0 in, two eth0 in',
        '< 192.0.2.21:80 > 192.0.2.20:49152: two eth0 out, host eth0 in, one eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: 'macvlan private: siblings do not',
    spaces: mac('private', 'private'),
    flow: web,
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on one's eth0 answers for 192.0.2.21; two, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'macvlan: one bridge end is not enough',
    spaces: mac('bridge', 'private'),
    flow: web,
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on one's eth0 answers for 192.0.2.21; two, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'macvlan: the host and its children do not meet',
    spaces: mac('bridge', 'bridge'),
    flow: { from: 'one', to: '192.0.2.10', dport: 22 },
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on one's eth0 answers for 192.0.2.10; host, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: "macvlan: outwards, past the host's rules",
    spaces: mac('bridge', 'bridge'),
    flow: { from: 'one', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason: 'the packet leaves host by eth0 as 192.0.2.20:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
      packets: ['192.0.2.20:49152 > 203.0.113.8:443: one eth0 out, host eth0 out'],
      rules: [],
    },
  },
  {
    what: 'macvlan: from outside',
    spaces: mac('bridge', 'bridge'),
    flow: { from: 'internet', to: 'two', dport: 80 },
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in two answers',
      packets: [
        '203.0.113.1:49152 > 192.0.2.21:80: host eth0 in, two eth0 in',
        '< 192.0.2.21:80 > 203.0.113.1:49152: two eth0 out, host eth0 out',
      ],
      rules: [],
    },
  },
  {
    what: 'ipvlan l2: siblings',
    spaces: ip('l2'),
    flow: web,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in two answers',
      packets: [
        '192.0.2.20:49152 > 192.0.2.21:80: one eth0 out, two eth0 in',
        '< 192.0.2.21:80 > 192.0.2.20:49152: two eth0 out, one eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: 'ipvlan l2: the host is not reached',
    spaces: ip('l2'),
    flow: { from: 'one', to: '192.0.2.10', dport: 22 },
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on one's eth0 answers for 192.0.2.10; host, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'ipvlan l3: siblings',
    spaces: ip('l3'),
    flow: web,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in two answers',
      packets: [
        '192.0.2.20:49152 > 192.0.2.21:80: one eth0 out, two eth0 in',
        '< 192.0.2.21:80 > 192.0.2.20:49152: two eth0 out, one eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: "ipvlan l3: outwards through the host's OUTPUT",
    spaces: ip('l3'),
    flow: { from: 'one', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'timeout',
      reason: "no rule of host's filter OUTPUT matched, and its policy is DROP",
      packets: ['192.0.2.20:49152 > 203.0.113.8:443: one eth0 out'],
      rules: [],
    },
  },
  {
    what: 'ipvlan l3: outwards where OUTPUT lets it',
    spaces: ip('l3', { ...host, iptables: { filter: ['-A OUTPUT -o eth0 -j LOG'] } }),
    flow: { from: 'one', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason: 'the packet leaves host by eth0 as 192.0.2.20:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
      packets: ['192.0.2.20:49152 > 203.0.113.8:443: one eth0 out, host eth0 out'],
      rules: ['host filter -A OUTPUT -o eth0 -j LOG'],
    },
  },
  {
    what: 'a VLAN device leaves by its lower one',
    spaces: {
      host: {
        ...host,
        iptables: {},
        links: [
          ...host.links,
          { name: 'eth0.7', index: 3, kind: 'vlan', data: { protocol: '802.1Q', id: 7 }, lower: 'eth0', addrs: ['198.51.100.1/24'] },
        ],
        routes: [...(host.routes ?? []), '198.51.100.0/24 dev eth0.7 proto kernel scope link src 198.51.100.1'],
      },
    },
    flow: { from: 'host', to: '198.51.100.9', dport: 80 },
    told: {
      outcome: 'leaves-host',
      reason: 'the packet leaves host by eth0 as 198.51.100.1:49152 → 198.51.100.9:80; what lies beyond is not in the snapshot',
      packets: ['198.51.100.1:49152 > 198.51.100.9:80: host eth0.7 out, host eth0 out'],
      rules: [],
    },
  },
]);

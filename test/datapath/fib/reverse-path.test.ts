import { testCases } from '../../support/cases.js';
import { lab, labHost } from '../../support/lab.js';

const { links, routes = [] } = labHost();
const two = [...links, { name: 'eth1', index: 6, addrs: ['198.51.100.10/24'] }];
const toTwo = [...routes, '198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10'];
const loose = { 'net.ipv4.conf.docker0.rp_filter': 2, 'net.ipv4.conf.all.rp_filter': 1 };
const strict = { 'net.ipv4.conf.all.rp_filter': 1 };
/** web sends from an address that the host would answer elsewhere. */
const spoofing = { from: 'web', to: '172.17.0.1', dport: 22, src: '198.51.100.77' } as const;
const away = { addrs: ['172.17.0.2/16', '198.51.100.77/32'] };
const web = { links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, ...away }] };
const ssh = { listen: ['tcp 0.0.0.0:22 sshd'] };
/** web sends from an address that the host has as well. */
const same = { links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs: ['172.17.0.2/16', '192.0.2.10/32'] }] };
const likeHost = { from: 'web', to: '172.17.0.1', dport: 22, src: '192.0.2.10' } as const;

testCases([
  {
    what: 'strict: the way back leaves by another device',
    spaces: lab({ links: two, routes: toTwo, sysctl: strict, ...ssh }, web),
    flow: spoofing,
    told: {
      outcome: 'unreachable',
      reason:
        'no neighbour: host does not answer ARP for 172.17.0.1, since rp_filter (strict) of docker0: the way back to 198.51.100.77 leaves by eth1',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'loose on the interface beats strict on all: the larger counts',
    spaces: lab({ links: two, routes: toTwo, sysctl: loose, ...ssh }, web),
    flow: spoofing,
    told: {
      outcome: 'timeout',
      reason:
        "the answer is lost on the way back: no neighbour: nobody on host's eth1 answers for 198.51.100.77; web, which has the address, cannot be asked by that device",
      packets: ['198.51.100.77:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'loose wants some route back',
    spaces: lab(
      { links: two, routes: toTwo.slice(1), sysctl: { 'net.ipv4.conf.all.rp_filter': 2 }, ...ssh },
      { links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs: ['172.17.0.2/16', '203.0.113.7/32'] }] },
    ),
    flow: { ...spoofing, src: '203.0.113.7' },
    told: {
      outcome: 'unreachable',
      reason:
        'no neighbour: host does not answer ARP for 172.17.0.1, since rp_filter (loose) of docker0: the way back to 203.0.113.7 has no route',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'off: the answer goes where routing says',
    spaces: lab({ links: two, routes: toTwo, ...ssh }, web),
    flow: spoofing,
    told: {
      outcome: 'timeout',
      reason:
        "the answer is lost on the way back: no neighbour: nobody on host's eth1 answers for 198.51.100.77; web, which has the address, cannot be asked by that device",
      packets: ['198.51.100.77:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: "a source that is the host's own is a martian",
    spaces: lab(ssh, same),
    flow: likeHost,
    told: {
      outcome: 'unreachable',
      reason: 'no neighbour: host does not answer ARP for 172.17.0.1, since martian source: 192.0.2.10 is an address of host itself',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'accept_local takes it, and the host answers itself',
    spaces: lab({ ...ssh, sysctl: { 'net.ipv4.conf.docker0.accept_local': 1 } }, same),
    flow: likeHost,
    told: {
      outcome: 'timeout',
      reason: 'the answer is lost on the way back: it comes to host from 172.17.0.1:22, where nothing waits for it',
      packets: [
        '192.0.2.10:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in',
        '< 172.17.0.1:22 > 192.0.2.10:49152: host lo in',
      ],
      rules: [],
    },
  },
  {
    what: 'accept_local does not help against strict rp_filter: the address is on another device',
    spaces: lab({ ...ssh, sysctl: { 'net.ipv4.conf.docker0.accept_local': 1, ...strict } }, same),
    flow: likeHost,
    told: {
      outcome: 'unreachable',
      reason:
        'no neighbour: host does not answer ARP for 172.17.0.1, since rp_filter (strict) of docker0: the way back to 192.0.2.10 leaves by eth0',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'the look-up back sees protocol and ports the other way round',
    spaces: lab({
      links: two,
      routes: [...toTwo, 'default via 198.51.100.1 dev eth1 table 100'],
      sysctl: strict,
      ...ssh,
      rules: ['0: from all lookup local', '50: from all ipproto tcp sport 22 lookup 100', '32766: from all lookup main'],
    }),
    flow: { from: 'web', to: '172.17.0.1', dport: 22 },
    told: {
      outcome: 'timeout',
      reason: 'rp_filter (strict) of docker0: the way back to 172.17.0.2 leaves by eth1',
      packets: ['172.17.0.2:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
]);

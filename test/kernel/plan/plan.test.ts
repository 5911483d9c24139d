import { describe, expect, it } from 'vitest';
import { findPeers } from '../../../src/datapath/index.js';
import { planTwin } from '../../../src/kernel/plan/index.js';
import { planOutside, planSenders } from '../../../src/kernel/outside.js';
import { outsideAmong, wiresOf } from '../../../src/kernel/wires.js';
import { formatIp } from '../../../src/address/ip.js';
import { loadFiles } from '../../../src/snapshot/load.js';

const addr = (local: string, prefixlen: number, scope = 'global'): object => ({
  family: local.includes(':') ? 'inet6' : 'inet',
  local,
  prefixlen,
  scope,
});
const common = { mtu: 1500, operstate: 'UP' };

const FILES = new Map<string, string>([
  [
    'host/ip-addr.json',
    JSON.stringify([
      {
        ...common,
        ifindex: 1,
        ifname: 'lo',
        flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
        link_type: 'loopback',
        mtu: 65536,
        addr_info: [addr('127.0.0.1', 8, 'host')],
      },
      {
        ...common,
        ifindex: 2,
        ifname: 'eth0',
        flags: ['BROADCAST', 'UP', 'LOWER_UP'],
        link_type: 'ether',
        address: '02:00:00:00:00:02',
        addr_info: [addr('198.51.100.10', 24)],
      },
      {
        ...common,
        ifindex: 3,
        ifname: 'docker0',
        flags: ['BROADCAST', 'UP', 'LOWER_UP'],
        link_type: 'ether',
        address: '02:00:00:00:00:03',
        linkinfo: { info_kind: 'bridge', info_data: { vlan_filtering: 0 } },
        addr_info: [addr('172.17.0.1', 16)],
      },
      {
        ...common,
        ifindex: 5,
        ifname: 'veth1',
        flags: ['BROADCAST', 'UP', 'LOWER_UP'],
        link_type: 'ether',
        address: '02:00:00:00:00:05',
        link_index: 4,
        link_netnsid: 0,
        master: 'docker0',
        linkinfo: { info_kind: 'veth' },
        addr_info: [],
      },
      {
        ...common,
        ifindex: 6,
        ifname: 'tun0',
        flags: ['POINTOPOINT', 'NOARP', 'UP', 'LOWER_UP'],
        link_type: 'none',
        linkinfo: { info_kind: 'tun' },
        addr_info: [addr('10.8.0.1', 24)],
      },
    ]),
  ],
  [
    'host/ip-route.json',
    JSON.stringify([
      { dst: 'default', gateway: '198.51.100.1', dev: 'eth0', flags: [] },
      { type: 'blackhole', dst: '10.9.0.0/16', flags: [] },
      { dst: '172.17.0.0/16', dev: 'docker0', protocol: 'kernel', scope: 'link', prefsrc: '172.17.0.1', flags: [] },
      { type: 'local', dst: '172.17.0.1', dev: 'docker0', table: 'local', scope: 'host', flags: [] },
    ]),
  ],
  [
    'host/ip-rule.json',
    JSON.stringify([
      { priority: 0, src: 'all', table: 'local' },
      { priority: 99, src: 'all', fwmark: '0x1', table: '77' },
      { priority: 32766, src: 'all', table: 'main' },
    ]),
  ],
  ['host/iptables-save.txt', '*filter\n:INPUT DROP [1:2]\n:U - [0:0]\n-A INPUT -j U\nCOMMIT\n'],
  ['host/ipset-save.txt', 'create all list:set size 8\ncreate a hash:ip family inet hashsize 1024\nadd all a\nadd a 10.0.0.1\n'],
  [
    'host/sysctl.txt',
    'net.ipv4.conf.eth0.rp_filter = 1\nnet.ipv4.conf.all.forwarding = 1\nkernel.panic = 0\nnet.ipv4.neigh.default.gc_thresh3 = 1\nnet.netfilter.nf_conntrack_max = 1\n',
  ],
  [
    'host/bridge-link.json',
    JSON.stringify([{ ifindex: 5, ifname: 'veth1', master: 'docker0', state: 'forwarding', hairpin: true, learning: true, flood: true }]),
  ],
  [
    'host/bridge-fdb.json',
    JSON.stringify([
      { mac: '02:00:00:00:00:04', ifname: 'veth1', flags: [], master: 'docker0', state: '' },
      { mac: '02:00:00:00:00:05', ifname: 'veth1', flags: [], master: 'docker0', state: 'permanent' },
    ]),
  ],
  ['host/ss.txt', 'tcp LISTEN 0 4096 0.0.0.0:8080 0.0.0.0:* users:(("docker-proxy",pid=9,fd=4))\nudp UNCONN 0 0 127.0.0.1:53 0.0.0.0:*\n'],
  [
    'netns/web/ip-addr.json',
    JSON.stringify([
      {
        ...common,
        ifindex: 1,
        ifname: 'lo',
        flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
        link_type: 'loopback',
        mtu: 65536,
        addr_info: [addr('127.0.0.1', 8, 'host')],
      },
      {
        ...common,
        ifindex: 4,
        ifname: 'eth0',
        flags: ['BROADCAST', 'UP', 'LOWER_UP'],
        link_type: 'ether',
        address: '02:00:00:00:00:04',
        link_index: 5,
        link_netnsid: 0,
        linkinfo: { info_kind: 'veth' },
        addr_info: [addr('172.17.0.2', 16)],
      },
    ]),
  ],
]);

const host = loadFiles(FILES);
const peers = findPeers(host);
const plan = planTwin(host, {
  peers,
  dialOf: (netns, socket) =>
    netns === 'host' && socket.port === 8080 ? { host: '172.17.0.2', port: 80, answersAsAsked: false } : undefined,
});
const texts = (lines: readonly { readonly words: readonly string[] }[] | undefined): readonly string[] =>
  (lines ?? []).map((line) => line.words.join(' '));
const ofHost = plan.namespaces.find((n) => n.name === 'host');

describe('planTwin', () => {
  it('makes namespaces and every device, with its number and address; what leads nowhere leads outside', () => {
    expect(texts(plan.base)).toEqual([
      'netns add n0',
      'netns add n1',
      'netns add n2',
      'link add name eth0 index 2 address 02:00:00:00:00:02 mtu 1500 netns n1 type veth peer name far0 netns n0',
      'link add name docker0 index 3 address 02:00:00:00:00:03 mtu 1500 netns n1 type bridge',
      'link add name veth1 index 5 address 02:00:00:00:00:05 mtu 1500 netns n1 type veth peer name eth0 index 4 address 02:00:00:00:00:04 mtu 1500 netns n2',
      'link add name tun0 index 6 mtu 1500 netns n1 type veth peer name far1 netns n0',
    ]);
    expect(plan.uplinks.map((u) => [u.iface, u.far, u.noarp])).toEqual([
      ['eth0', 'far0', false],
      ['tun0', 'far1', true],
    ]);
  });

  it('says what it cannot rebuild', () => {
    expect(plan.gaps).toEqual([{ what: 'host: interface tun0', why: 'a tun device cannot be rebuilt; a plain wire stands for it' }]);
  });

  it('gives addresses and routes, those without a gateway first', () => {
    expect(texts(ofHost?.ip).filter((text) => /^(addr|route)/.test(text))).toEqual([
      'addr add 198.51.100.10/24 dev eth0 scope global',
      'addr add 172.17.0.1/16 dev docker0 scope global',
      'addr add 10.8.0.1/24 dev tun0 scope global',
      'route flush table main',
      'route append blackhole 10.9.0.0/16 table 254 scope global',
      'route append unicast 172.17.0.0/16 table 254 scope link src 172.17.0.1 dev docker0',
      'route append unicast 0.0.0.0/0 table 254 scope global via 198.51.100.1 dev eth0',
    ]);
  });

  it('keeps policy rules, bridge ports, learned addresses, sets and rules', () => {
    expect(texts(ofHost?.rules)).toEqual([
      'rule flush',
      'rule add from all pref 99 fwmark 0x1/0xffffffff lookup 77',
      'rule add from all pref 32766 lookup 254',
    ]);
    expect(texts(ofHost?.bridge)).toEqual([
      'link set dev veth1 hairpin on isolated off learning on flood on',
      'fdb replace 02:00:00:00:00:04 dev veth1 master dynamic',
    ]);
    expect(texts(ofHost?.ipset).map((text) => text.replace(/ +/g, ' ').trim())).toEqual([
      'create a hash:ip family inet hashsize 1024',
      'add a 10.0.0.1',
      'create all list:set size 8',
      'add all a',
    ]);
    expect(ofHost?.rulesets).toEqual([
      {
        family: 4,
        backend: 'nft',
        lines: ['*filter', ':INPUT DROP [0:0]', ':U - [0:0]', '-A INPUT -j U', 'COMMIT'],
        sources: ['table filter', 'chain INPUT', 'chain U', 'host/iptables-save.txt:4', 'table filter'],
      },
    ]);
  });

  it('sets parameters of all interfaces before those of one', () => {
    expect(ofHost?.sysctls.map((s) => [s.key, s.value])).toEqual([
      ['net.ipv4.conf.all.forwarding', '1'],
      ['net.ipv4.conf.eth0.rp_filter', '1'],
    ]);
  });

  it('listens where the host did, and relays for docker-proxy', () => {
    expect(ofHost?.listeners).toEqual([
      { proto: 'tcp', family: 4, dualStack: false, port: 8080, dial: { host: '172.17.0.2', port: 80 } },
      { proto: 'udp', family: 4, ip: '127.0.0.1', dualStack: false, port: 53 },
    ]);
    expect(ofHost?.known).toEqual(['172.17.0.2', '198.51.100.1']);
  });
});

describe('the outside', () => {
  const wires = wiresOf(host, peers, plan.uplinks);

  it('is where no network of the host is', () => {
    const named = ['203.0.113.8', '198.51.100.77', '172.17.0.99', '10.8.0.1', '127.0.0.1', undefined];
    expect(outsideAmong(host, peers, wires, named).map(formatIp)).toEqual(['203.0.113.8', '198.51.100.77']);
  });

  it('holds next hops and outside machines, and reaches the host by its wires', () => {
    expect(texts(planOutside(wires, [0xcb007108, 0xc633644d]).ip)).toEqual([
      'link set dev lo up',
      'addr add 198.51.100.1/32 dev far0',
      'addr add 203.0.113.8/32 dev lo',
      'addr add 198.51.100.77/32 dev far0',
      'rule add pref 100 lookup local',
      'rule del pref 0',
      'neigh replace 192.0.0.9 lladdr 02:00:00:00:00:02 dev far0 nud permanent',
      'route replace default via 192.0.0.9 dev far0 onlink table 100',
      'route replace default dev far1 table 101',
      'rule add pref 101 lookup 100',
    ]);
  });

  it('sends by the wire over which a packet is to come in', () => {
    const flow = {
      id: 0,
      client: 'router',
      proto: 'tcp',
      dst: '198.51.100.10',
      dport: 80,
      src: '203.0.113.8',
      sport: 5000,
      byte: 1,
      entry: { netns: 'host', iface: 'tun0' },
    } as const;
    expect(texts(planSenders(wires, [flow]).ip)).toEqual(['rule add pref 50 from 203.0.113.8 iif lo lookup 101']);
  });
});

import { describe, expect, test } from 'vitest';
import { parseIp } from '../../../src/address/ip.js';
import { parseIpAddr } from '../../../src/snapshot/parsers/ip-addr.js';

const ip = (text: string) => parseIp(text);

describe('parseIpAddr, text', () => {
  test('a head line that a page broke, and an address that was cut', () => {
    const text = [
      '2: ens33: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default',
      '    qlen 1000',
      '    link/ether 00:0C:29:5e:fc:b7 brd ff:ff:ff:ff:ff:ff',
      '    altname enp2s1',
      '    inet 192.168.178.101/24 brd 192.168.178.255 scope global secondary dynamic ens33',
      '       valid_lft forever preferred_lft forever',
      '    inet6 ...',
      '9: veth0@if8: <BROADCAST,UP> mtu 1500 qdisc noqueue master docker0',
      '    state UP group default',
      '    link/ether 52:e9:85:cc:99:ce brd ff:ff:ff:ff:ff:ff link-netnsid 3',
      'garbage',
    ].join('\n');
    expect(parseIpAddr(text, 'f')).toEqual({
      data: {
        interfaces: [
          {
            name: 'ens33',
            index: 2,
            up: true,
            carrier: true,
            flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
            mtu: 1500,
            mac: '00:0c:29:5e:fc:b7',
            detail: { kind: 'ether' },
            operstate: 'UP',
            group: 'default',
            addresses: [{ ip: ip('192.168.178.101'), prefixLength: 24, scope: 'global', flags: ['secondary', 'dynamic'] }],
            origin: { file: 'f', line: 1 },
          },
          {
            name: 'veth0',
            index: 9,
            up: true,
            carrier: false,
            flags: ['BROADCAST', 'UP'],
            mtu: 1500,
            mac: '52:e9:85:cc:99:ce',
            detail: { kind: 'ether' },
            linkIndex: 8,
            linkNetnsId: 3,
            master: 'docker0',
            operstate: 'UP',
            group: 'default',
            addresses: [],
            origin: { file: 'f', line: 8 },
          },
        ],
        ports: [],
      },
      problems: [
        { origin: { file: 'f', line: 7 }, text: 'inet6 ...', message: 'the address was cut from the listing: it is not known' },
        { origin: { file: 'f', line: 11 }, text: 'garbage', message: 'not a line of ip addr' },
      ],
    });
  });

  const DETAILS: readonly (readonly [line: string, detail: object])[] = [
    ['veth numtxqueues 2', { kind: 'veth' }],
    [
      'bridge forward_delay 1500 vlan_filtering 1 vlan_default_pvid 7 nf_call_iptables 0',
      { kind: 'bridge', vlanFiltering: true, vlanDefaultPvid: 7 },
    ],
    ['macvlan mode private bcqueuelen 1000', { kind: 'macvlan', mode: 'private' }],
    ['ipvlan  mode l3s vepa', { kind: 'ipvlan', mode: 'l3s', flag: 'vepa' }],
    ['vlan protocol 802.1Q id 100 <REORDER_HDR>', { kind: 'vlan', vid: 100 }],
    [
      'vxlan id 42 group 239.1.1.1 local 10.0.0.1 dev eth0 srcport 0 0 dstport 8472 nolearning',
      { kind: 'vxlan', vni: 42, port: 8472, learning: false, local: ip('10.0.0.1'), remote: ip('239.1.1.1') },
    ],
    ['wireguard ', { kind: 'other', name: 'wireguard' }],
  ];
  test.each(DETAILS)('%s', (line, detail) => {
    const { data, problems } = parseIpAddr(
      `4: x: <UP> mtu 1500\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    ${line}\n`,
      'f',
    );
    expect([data.interfaces[0]?.detail, problems]).toEqual([detail, []]);
  });
});

describe('parseIpAddr, JSON', () => {
  test('point-to-point, VLAN on a device of the same namespace, port flags, and wrong types', () => {
    const text = `[{},
      {"ifindex":2,"ifname":"eth0","flags":["UP","LOWER_UP"],"mtu":9000,"link_type":"ether","address":"02:00:00:00:00:02",
       "addr_info":[{"family":"inet","local":"10.0.0.1","address":"10.0.0.2","prefixlen":32,"scope":"global","secondary":true}]},
      {"ifindex":3,"link":"eth0","ifname":"eth0.5","flags":[],"linkinfo":{"info_kind":"vlan","info_data":{"id":5}}},
      {"ifindex":4,"ifname":"v","flags":[],"master":"br0","linkinfo":{"info_kind":"veth","info_slave_kind":"bridge","info_slave_data":{"state":"blocking","hairpin":true,"isolated":true,"learning":false,"flood":false}}},
      {"ifindex":"five","ifname":6},
      7]`;
    const { data, problems } = parseIpAddr(text, 'f');
    expect(
      data.interfaces.map(({ name, addresses, detail, linkIndex, linkName }) => ({ name, addresses, detail, linkIndex, linkName })),
    ).toEqual([
      {
        name: 'eth0',
        addresses: [{ ip: ip('10.0.0.1'), prefixLength: 32, scope: 'global', flags: ['secondary'], peer: ip('10.0.0.2') }],
        detail: { kind: 'ether' },
        linkIndex: undefined,
        linkName: undefined,
      },
      { name: 'eth0.5', addresses: [], detail: { kind: 'vlan', vid: 5 }, linkIndex: 2, linkName: 'eth0' },
      { name: 'v', addresses: [], detail: { kind: 'veth' }, linkIndex: undefined, linkName: undefined },
    ]);
    expect(data.ports).toEqual([
      {
        iface: 'v',
        bridge: 'br0',
        state: 'blocking',
        hairpin: true,
        isolated: true,
        learning: false,
        flood: false,
        origin: { file: 'f', line: 5 },
      },
    ]);
    expect(problems.map((p) => [p.origin.line, p.message])).toEqual([
      [6, 'ifname should be text'],
      [6, 'ifindex should be a whole number'],
      [6, 'an interface without "ifname" or "ifindex"'],
      [7, 'expected an object'],
    ]);
  });
});

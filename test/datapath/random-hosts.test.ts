import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMachine, traceAll } from '../../src/datapath/index.js';
import { buildHost, type Link, type Space } from '../support/host-builder.js';

const some = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const index = fc.integer({ min: 2, max: 9 });
const address = some(
  '172.17.0.1/16',
  '172.17.0.2/16',
  '10.0.0.1/24',
  '192.0.2.10/24',
  '127.0.0.9/8',
  'fd00::1/64',
  'fd00::2/64',
  'fe80::1/64',
  '0.0.0.0/0',
);

const link: fc.Arbitrary<Link> = fc
  .record(
    {
      name: some('eth0', 'eth1', 'br0', 'br1', 'v1', 'v2', 'mv0', 'lo'),
      index,
      kind: some('veth', 'bridge', 'macvlan', 'ipvlan', 'vlan', 'vxlan', 'dummy', 'wireguard', 'loopback'),
      data: some<Readonly<Record<string, unknown>>>(
        { mode: 'bridge' },
        { mode: 'l3' },
        { id: 5 },
        { vlan_filtering: 1, vlan_default_pvid: 1 },
        { mode: 7 },
      ),
      addrs: fc.array(address, { maxLength: 3 }),
      master: some('br0', 'br1', 'eth0'),
      peer: index,
      nsid: some(0, 1),
      lower: some('eth0', 'br0', 'v1', 'v2'),
      down: fc.boolean(),
      noCarrier: fc.boolean(),
      flags: fc.array(some('NOARP', 'PROMISC', 'POINTOPOINT')),
    },
    { requiredKeys: ['name', 'index'] },
  )
  // `link_index` and `link` are two ways to say the same: a listing has one of them
  .map(({ lower, peer, nsid, ...rest }) =>
    lower === undefined || peer !== undefined
      ? { ...rest, ...(peer !== undefined && { peer }), ...(nsid !== undefined && { nsid }) }
      : { ...rest, lower },
  );

const route = some(
  'default via 172.17.0.1 dev eth0',
  'default dev eth0',
  'default via 10.0.0.2 dev br0 metric 50 table 100',
  '172.17.0.0/16 dev br0 proto kernel scope link src 172.17.0.1',
  'blackhole 10.0.0.0/8',
  'throw default table 100',
  'prohibit 203.0.113.0/24',
  'local 203.0.113.8 dev lo table local',
  'default proto static nexthop via 172.17.0.1 dev eth0 weight 1 nexthop via 10.0.0.2 dev eth1 weight 1',
  'broadcast 172.17.255.255 dev br0 table local',
  'multicast 224.0.0.0/4 dev eth0',
  'what is this',
);
const route6 = some(
  'default via fd00::1 dev eth0',
  'fd00::/64 dev br0',
  'unreachable default dev lo metric 4294967295',
  'local ::1 dev lo table local',
);
const rule = some(
  '0: from all lookup local',
  '10: from all fwmark 0x1 lookup 100',
  '20: from all goto 5',
  '30: from all goto 40',
  '40: not from 172.17.0.0/16 iif eth0 lookup 100 suppress_prefixlength 0',
  '50: from all blackhole',
  '60: from all uidrange 0-99 lookup main',
  '32766: from all lookup main',
);
const tables: fc.Arbitrary<Record<string, string[]>> = fc.record({
  raw: fc.array(some('-A PREROUTING -j CT --notrack', '-A PREROUTING -j CT --zone 5', '-A OUTPUT -j SOMETHING --odd'), { maxLength: 2 }),
  mangle: fc.array(
    some(
      '-A PREROUTING -p tcp -j TPROXY --on-port 1 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1',
      '-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff',
      '-A FORWARD -j TTL --ttl-set 1',
    ),
    { maxLength: 2 },
  ),
  nat: fc.array(
    some(
      '-A PREROUTING -j DNAT --to-destination 172.17.0.2',
      '-A PREROUTING -p tcp -j REDIRECT --to-ports 8080',
      '-A OUTPUT -p tcp -j DNAT --to-destination 172.17.0.2:80-90',
      '-A POSTROUTING -j MASQUERADE',
      '-A POSTROUTING -j SNAT --to-source 192.0.2.1-192.0.2.9',
      '-A POSTROUTING -j NETMAP --to 10.9.0.0/16',
    ),
    { maxLength: 3 },
  ),
  filter: fc.array(
    some(
      '-P FORWARD DROP',
      '-N LOOP',
      '-A LOOP -j LOOP',
      '-A FORWARD -j LOOP',
      '-A INPUT -m limit --limit 1/s -j ACCEPT',
      '-A INPUT -j REJECT --reject-with tcp-reset',
      '-A FORWARD -m statistic --mode random --probability 0.5 -j REJECT',
      '-A OUTPUT -m owner --uid-owner 5 -j DROP',
      '-A FORWARD -m set --match-set none src -j DROP',
      '-A OUTPUT -j NFQUEUE --queue-num 1',
    ),
    { maxLength: 4 },
  ),
});

const space: fc.Arbitrary<Space> = fc.record(
  {
    links: fc.uniqueArray(link, { maxLength: 6, selector: (l) => l.name }),
    routes: fc.array(route, { maxLength: 5 }),
    routes6: fc.array(route6, { maxLength: 3 }),
    rules: fc.array(rule, { maxLength: 6 }),
    iptables: tables,
    ip6tables: tables.map((t) => ({ filter: t['filter'] ?? [] })),
    listen: fc.array(
      some(
        'tcp 0.0.0.0:80',
        'udp 0.0.0.0:53',
        'tcp 127.0.0.1:80',
        'tcp 0.0.0.0:8080 docker-proxy',
        'tcp [::]:80',
        'udp 172.17.0.2%eth0:53',
      ),
    ),
    sysctl: fc.dictionary(
      some(
        'net.ipv4.ip_forward',
        'net.bridge.bridge-nf-call-iptables',
        'net.ipv4.conf.all.rp_filter',
        'net.ipv4.conf.all.route_localnet',
        'net.ipv4.conf.all.proxy_arp',
      ),
      fc.integer({ min: 0, max: 2 }),
    ),
    ports: fc.array(
      fc.record({
        dev: some('v1', 'v2', 'eth0', 'eth1'),
        bridge: some('br0', 'br1'),
        state: some('forwarding', 'blocking'),
        flags: some(['hairpin', 'isolated'], []),
      }),
    ),
    vlans: fc.array(
      fc.record({ dev: some('v1', 'v2', 'br0'), vid: fc.integer({ min: 1, max: 6 }), flags: some(['PVID', 'Egress Untagged'], []) }),
    ),
    files: fc.dictionary(
      some('ip-route.txt', 'ip-rule.txt', 'ss.txt', 'sysctl.txt', 'iptables-save.txt', 'ip6-route.txt'),
      fc.constant(undefined),
    ),
  },
  { requiredKeys: ['links'] },
);

const flows = [
  { from: 'web', to: 'host', dport: 80 },
  { from: 'host', to: 'web', dport: 53, proto: 'udp' },
  { from: 'web', to: 'db' },
  { from: 'internet', to: '172.17.0.2', dport: 8080 },
  { from: 'db', to: 'fd00::2', dport: 80 },
  { from: 'web', to: '172.17.255.255', proto: 'udp', dport: 9 },
  { from: 'host', to: '127.0.0.1:8080' },
] as const;

test('every question on every host gets an answer', () => {
  fc.assert(
    fc.property(space, space, space, (host, web, db) => {
      const machine = createMachine(buildHost({ host, web, db }));
      for (const flow of flows) {
        const traces = traceAll(machine, flow);
        expect(traces.length).toBeGreaterThan(0);
        for (const { outcome, reason } of traces) {
          expect(['connected', 'leaves-host', 'refused', 'unreachable', 'timeout', 'unknown']).toContain(outcome);
          expect(reason).not.toBe('');
        }
      }
    }),
    { numRuns: 150 },
  );
});

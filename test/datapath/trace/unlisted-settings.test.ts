import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { FlowRequest, Trace } from '../../../src/model/trace.js';
import { buildHost, type Space } from '../../support/host-builder.js';
import { lab, labHost } from '../../support/lab.js';

type Spaces = Readonly<Record<string, Space>>;

/** A host on which one setting decides. */
interface Setting {
  readonly name: string;
  /** Two values of it that come to different answers. */
  readonly values: readonly [number, number];
  /** What is asked for instead where nothing is listed, since it decides first. */
  readonly asked?: string;
  readonly on: (changes: Partial<Space>) => Spaces;
  readonly flow: FlowRequest;
}

const { links, routes = [] } = labHost();
const SECOND = { name: 'eth1', index: 6, addrs: ['198.51.100.10/24'] };
const two = [...links, SECOND];
const toTwo = [...routes, '198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10'];
const MARKED = {
  links: two,
  routes: [...toTwo, 'default via 198.51.100.1 dev eth1 table 100'],
  rules: ['0: from all lookup local', '100: from all fwmark 0x1 lookup 100', '32766: from all lookup main'],
  iptables: { mangle: ['-A PREROUTING -i eth1 -j MARK --set-xmark 0x1/0xffffffff'], filter: ['-A OUTPUT -o eth0 -j DROP'] },
  listen: ['tcp 0.0.0.0:22 sshd'],
};
const far: FlowRequest = { from: 'web', to: '203.0.113.8', dport: 443 };
const viaEth1: FlowRequest = { from: '203.0.113.9@eth1', to: '198.51.100.10', dport: 22 };
const alone = (addrs: readonly string[], route: string, changes: Partial<Space>): Spaces => ({
  host: { links: [{ name: 'eth0', index: 2, addrs }], ...(route.includes(':') ? { routes6: [route] } : { routes: [route] }), ...changes },
});
const away = { addrs: ['172.17.0.2/16', '198.51.100.77/32'] };
const spoofer = { links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, ...away }] };
const V6 = {
  links: [links[0]!, { ...links[1]!, addrs: ['172.17.0.1/16', 'fd00::1/64'] }, ...links.slice(2)].map((l) =>
    l.name === 'eth0' ? { ...l, addrs: ['192.0.2.10/24', '2001:db8::10/64'] } : l,
  ),
  routes6: ['fd00::/64 dev docker0 proto kernel', '2001:db8::/64 dev eth0 proto kernel', 'default via 2001:db8::1 dev eth0'],
};
const web6 = {
  links: [{ name: 'eth0', index: 10, kind: 'veth', addrs: ['172.17.0.2/16', 'fd00::2/64'], peer: 4, nsid: 0 }],
  routes6: ['fd00::/64 dev eth0 proto kernel', 'default via fd00::1 dev eth0'],
};

const SETTINGS: readonly Setting[] = [
  { name: 'net.ipv4.ip_forward', values: [0, 1], on: (changes) => lab(changes), flow: far },
  {
    name: 'net.ipv6.conf.all.forwarding',
    values: [0, 1],
    on: (changes) => lab({ ...V6, ...changes }, web6),
    flow: { from: 'web', to: '2001:db8:5::8', dport: 443 },
  },
  {
    name: 'net.ipv6.conf.docker0.force_forwarding',
    asked: 'net.ipv6.conf.all.forwarding',
    values: [0, 1],
    on: ({ sysctl = {}, files }) =>
      lab({ ...V6, sysctl: { ...sysctl, 'net.ipv6.conf.all.forwarding': 0 }, ...(files === undefined ? {} : { files }) }, web6),
    flow: { from: 'web', to: '2001:db8:5::8', dport: 443 },
  },
  {
    name: 'net.bridge.bridge-nf-call-iptables',
    values: [0, 1],
    on: (changes) => lab({ iptables: { filter: ['-A FORWARD -i docker0 -o docker0 -j DROP'] }, ...changes }),
    flow: { from: 'db', to: 'web', dport: 80 },
  },
  {
    name: 'net.bridge.bridge-nf-call-ip6tables',
    values: [0, 1],
    on: (changes) =>
      lab({ ...V6, ip6tables: { filter: ['-A FORWARD -i docker0 -o docker0 -j DROP'] }, ...changes }, web6, {
        links: [{ name: 'eth0', index: 11, kind: 'veth', addrs: ['172.17.0.3/16', 'fd00::3/64'], peer: 5, nsid: 0 }],
        routes6: ['fd00::/64 dev eth0 proto kernel'],
        listen: ['tcp [::]:80'],
      }),
    flow: { from: 'web', to: 'fd00::3', dport: 80 },
  },
  {
    name: 'net.ipv4.conf.docker0.rp_filter',
    values: [0, 1],
    on: (changes) => lab({ links: two, routes: toTwo, listen: ['tcp 0.0.0.0:22 sshd'], ...changes }, spoofer),
    flow: { from: 'web', to: '172.17.0.1', dport: 22, src: '198.51.100.77' },
  },
  {
    name: 'net.ipv4.conf.docker0.accept_local',
    values: [0, 1],
    on: (changes) =>
      lab(
        { listen: ['tcp 0.0.0.0:22 sshd'], ...changes },
        { links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs: ['172.17.0.2/16', '192.0.2.10/32'] }] },
      ),
    flow: { from: 'web', to: '172.17.0.1', dport: 22, src: '192.0.2.10' },
  },
  {
    name: 'net.ipv4.conf.eth0.route_localnet',
    values: [0, 1],
    on: (changes) =>
      lab({
        listen: ['tcp 127.0.0.1:443'],
        iptables: { nat: ['-A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 127.0.0.1:443'] },
        ...changes,
      }),
    flow: { from: 'internet', to: '192.0.2.10', dport: 443 },
  },
  {
    name: 'net.ipv4.conf.dummy0.route_localnet',
    values: [0, 1],
    on: (changes) => ({
      host: {
        links: [{ name: 'dummy0', index: 2, kind: 'dummy', addrs: ['10.0.0.1/24', '10.0.0.2/24'] }],
        routes: ['10.9.0.0/24 dev dummy0 scope link'],
        ...changes,
        files: { 'ip-addr.json': dummyOfHostScope(), ...changes.files },
      },
    }),
    flow: { from: 'host', to: '10.9.0.8', proto: 'udp', dport: 53 },
  },
  {
    name: 'net.ipv4.conf.docker0.arp_ignore',
    values: [0, 1],
    on: (changes) =>
      lab(
        { listen: ['tcp 0.0.0.0:22 sshd'], ...changes },
        { routes: ['default via 172.17.0.1 dev eth0', '172.17.0.0/16 dev eth0', '192.0.2.10 dev eth0'] },
      ),
    flow: { from: 'web', to: '192.0.2.10', dport: 22 },
  },
  {
    name: 'net.ipv4.conf.docker0.arp_ignore',
    values: [0, 8],
    on: (changes) => lab({ listen: ['tcp 0.0.0.0:22 sshd'], ...changes }),
    flow: { from: 'web', to: '172.17.0.1', dport: 22 },
  },
  {
    name: 'net.ipv4.conf.docker0.proxy_arp',
    values: [0, 1],
    on: ({ sysctl = {}, ...changes }) =>
      lab(
        { links: two, routes: toTwo, sysctl: { 'net.ipv4.conf.docker0.forwarding': 1, ...sysctl }, ...changes },
        { routes: ['172.17.0.0/16 dev eth0', '198.51.100.0/24 dev eth0'] },
      ),
    flow: { from: 'web', to: '198.51.100.8', dport: 443 },
  },
  {
    name: 'net.ipv4.conf.eth1.src_valid_mark',
    values: [0, 1],
    on: ({ sysctl = {}, ...changes }) =>
      lab({
        ...MARKED,
        iptables: { mangle: MARKED.iptables.mangle },
        sysctl: { 'net.ipv4.conf.eth1.rp_filter': 1, ...sysctl },
        ...changes,
      }),
    flow: viaEth1,
  },
  { name: 'net.ipv4.tcp_fwmark_accept', values: [0, 1], on: (changes) => lab({ ...MARKED, ...changes }), flow: viaEth1 },
  {
    name: 'net.ipv4.fwmark_reflect',
    values: [0, 1],
    on: (changes) => lab({ ...MARKED, ...changes }),
    flow: { from: '203.0.113.9@eth1', to: '198.51.100.10', proto: 'icmp' },
  },
  {
    name: 'net.ipv4.fwmark_reflect',
    values: [0, 1],
    on: (changes) => lab({ ...MARKED, ...changes, listen: [] }),
    flow: viaEth1,
  },
  {
    name: 'net.ipv6.fwmark_reflect',
    values: [0, 1],
    on: (changes) => ({
      host: {
        links: [
          { name: 'eth0', index: 2, addrs: ['2001:db8::10/64'] },
          { name: 'eth1', index: 6, addrs: ['2001:db8:1::10/64'] },
        ],
        routes6: [
          '2001:db8::/64 dev eth0 proto kernel',
          '2001:db8:1::/64 dev eth1 proto kernel',
          'default via 2001:db8::1 dev eth0',
          'default via 2001:db8:1::1 dev eth1 table 100',
        ],
        rules6: ['0: from all lookup local', '100: from all fwmark 0x1 lookup 100', '32766: from all lookup main'],
        ip6tables: { mangle: ['-A PREROUTING -i eth1 -j MARK --set-xmark 0x1/0xffffffff'], filter: ['-A OUTPUT -o eth0 -j DROP'] },
        ...changes,
      },
    }),
    flow: { from: '2001:db8:9::9@eth1', to: '2001:db8:1::10', dport: 22 },
  },
  {
    name: 'net.ipv4.icmp_echo_ignore_all',
    values: [0, 1],
    on: (changes) => lab(changes),
    flow: { from: 'web', to: '172.17.0.1', proto: 'icmp' },
  },
  {
    name: 'net.ipv6.icmp.echo_ignore_all',
    values: [0, 1],
    on: (changes) => lab({ ...V6, ...changes }, web6),
    flow: { from: 'web', to: 'fd00::1', proto: 'icmp' },
  },
  {
    name: 'net.ipv4.icmp_errors_use_inbound_ifaddr',
    values: [0, 1],
    on: (changes) =>
      lab({
        links: [links[0]!, { ...links[1]!, addrs: ['172.17.0.9/16', '172.17.0.1/16 secondary'] }, ...links.slice(2)],
        iptables: { filter: ['-A FORWARD -j REJECT --reject-with icmp-admin-prohibited', '-A OUTPUT -s 172.17.0.9/32 -p icmp -j DROP'] },
        ...changes,
      }),
    flow: far,
  },
  {
    name: 'net.ipv4.conf.eth1.ignore_routes_with_linkdown',
    values: [0, 1],
    on: (changes) =>
      lab({
        links: [...links, { ...SECOND, noCarrier: true }],
        routes: [...toTwo, '203.0.113.0/24 via 198.51.100.1 dev eth1'],
        ...changes,
      }),
    flow: far,
  },
  {
    name: 'net.ipv6.conf.eth1.ignore_routes_with_linkdown',
    values: [0, 1],
    on: (changes) => ({
      host: {
        links: [
          { name: 'eth0', index: 2, addrs: ['2001:db8::10/64'] },
          { name: 'eth1', index: 6, addrs: ['2001:db8:1::10/64'], noCarrier: true },
        ],
        routes6: ['default via 2001:db8::1 dev eth0', '2001:db8:5::/64 via 2001:db8:1::1 dev eth1'],
        ...changes,
      },
    }),
    flow: { from: 'host', to: '2001:db8:5::8', dport: 443 },
  },
  {
    name: 'net.ipv6.conf.eth0.use_tempaddr',
    values: [0, 2],
    on: (changes) => alone(['2001:db8::1/64', '2001:db8::aa/64 temporary'], 'default via 2001:db8::fe dev eth0', changes),
    flow: { from: 'host', to: '2001:db8:5::8', proto: 'udp', dport: 443 },
  },
];

/** `dummy0` with an address of scope host before one of scope link, as `ip addr add … scope host` makes them. */
function dummyOfHostScope(): string {
  const addr = (local: string, scope: string) => ({ family: 'inet', local, prefixlen: 24, scope });
  const link = (ifindex: number, ifname: string, flags: readonly string[], addresses: readonly unknown[]) => ({
    ...{ ifindex, ifname, flags, mtu: 1500, link_type: 'ether', address: '02:00:00:00:00:09', addr_info: addresses },
  });
  return JSON.stringify([
    link(1, 'lo', ['LOOPBACK', 'UP', 'LOWER_UP'], [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host' }]),
    link(2, 'dummy0', ['BROADCAST', 'UP', 'LOWER_UP'], [addr('10.0.1.1', 'host'), addr('10.0.0.2', 'link')]),
  ]);
}

const ALONE = 'net.ipv4.conf.all.log_martians = 0\nnet.ipv4.tcp_syncookies = 1\n';

function walk(spaces: Spaces, flow: FlowRequest): Trace {
  return traceFlow(createMachine(buildHost(spaces)), flow);
}

/** What of an answer a reader acts on. */
const come = ({ outcome, packets }: Trace): unknown => ({ outcome, packets });
const tells = (trace: Trace): string => [trace.reason, ...trace.missing, ...trace.assumptions.map((a) => a.detail)].join('\n');

describe('a setting that decides and that no listing shows', () => {
  describe.each(SETTINGS.map((one) => [`${one.name} of ${one.values.join(' or ')}, ${one.flow.to}`, one] as const))('%s', (_, one) => {
    const { name, asked, values, on, flow } = one;
    const listed = values.map((value) => walk(on({ sysctl: { [name]: value } }), flow));

    test('decides where it is listed, and nothing is said of it', () => {
      expect(come(listed[0]!)).not.toEqual(come(listed[1]!));
      for (const trace of listed) expect(tells(trace)).not.toContain('sysctl.txt');
    });

    test.each([
      ['no settings are listed', undefined],
      ['a few others are listed', ALONE],
      [
        'all others of its kind are listed',
        `${ALONE}net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 0\n`.replace(`${name} = 0\n`, '').replace(`${name} = 1\n`, ''),
      ],
    ])('%s: it is asked for, or named', (_what, text) => {
      const trace = walk(on({ files: { 'sysctl.txt': text } }), flow);
      const key = (asked ?? name).split('.').at(-1)!;
      expect(tells(trace)).toMatch(new RegExp(`${key}.*sysctl\\.txt|sysctl\\.txt: [^\\n]*${key}`));
    });

    test('told by a listing of a few, nothing is said of it', () => {
      const all = name.replace(/conf\.[^.]+\./, 'conf.all.');
      const text = `${[...new Set([name, all])].map((key) => `${key} = ${values[1]}\n`).join('')}${ALONE}`;
      const trace = walk(on({ files: { 'sysctl.txt': text } }), flow);
      const open = [...trace.missing, ...trace.assumptions.map((a) => a.detail)];
      expect(open.filter((words) => words.includes(name))).toEqual([]);
    });
  });

  test('is not named where it could not decide', () => {
    const plain = 'net.ipv4.ip_forward = 1\n';
    const trace = walk(lab({ files: { 'sysctl.txt': plain } }), far);
    expect(trace.missing.filter((text) => text.includes('sysctl'))).toEqual([
      'host/sysctl.txt: net.ipv4.conf.docker0.arp_ignore is taken to be 0',
      'host/sysctl.txt: net.ipv4.conf.docker0.forwarding is taken to be 1',
      'host/sysctl.txt: net.ipv4.conf.eth0.forwarding is taken to be 1',
      'net.bridge.bridge-nf-call-iptables, which `sysctl net.bridge.bridge-nf-call-iptables` would show (host/sysctl.txt)',
    ]);
  });

  /** `sysctl net.ipv4`, of which the listing of all settings is longer. */
  const ipv4 = ['all', 'default', 'lo']
    .flatMap((of) =>
      ['arp_filter', 'arp_ignore', 'bc_forwarding', 'proxy_arp', 'rp_filter', 'tag'].map((key) => `net.ipv4.conf.${of}.${key} = 0\n`),
    )
    .concat('net.ipv4.ip_forward = 1\n')
    .join('');

  test.each([
    ['all of IPv4', ipv4, true],
    ['all but what stands before', `net.ipv4.conf.all.arp_accept = 0\n${ipv4}net.netfilter.nf_log.2 = NONE\n`, false],
    ['its beginning is cut off', `net.ipv4.cipso_cache_enable = 1\n${ipv4}net.netfilter.nf_log.2 = NONE\n`, true],
    ['all', `net.core.somaxconn = 4096\n${ipv4}`, false],
  ])('a listing of %s tells of bridges only where it would show them', (_what, text, asks) => {
    const drops = { filter: ['-A FORWARD -i docker0 -o docker0 -j DROP'] };
    const trace = walk(lab({ iptables: drops, files: { 'sysctl.txt': text } }), { from: 'db', to: 'web', dport: 80 });
    expect(tells(trace).includes('bridge-nf-call-iptables')).toBe(asks);
  });

  test.each([
    ['IPv4 alone', ipv4, true],
    ['IPv4 and what stands behind IPv6', `${ipv4}net.netfilter.nf_log.2 = NONE\n`, false],
    ['IPv6 cut off at its first devices', `${ipv4}net.ipv6.bindv6only = 0\n`, true],
  ])('a listing of %s tells of IPv6 only where it would show it', (_what, text, asks) => {
    const trace = walk(lab({ ...V6, files: { 'sysctl.txt': text } }, web6), { from: 'web', to: '2001:db8:5::8', dport: 443 });
    expect(tells(trace).includes('net.ipv6.conf.all.forwarding')).toBe(asks);
  });
});

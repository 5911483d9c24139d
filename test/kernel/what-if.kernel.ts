import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatIp, formatPrefix } from '../../src/address/ip.js';
import { compileRule } from '../../src/netfilter/iptables/compile.js';
import type { Netns } from '../../src/model/host.js';
import type { Rule, Table } from '../../src/model/netfilter.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { routeText } from '../../src/snapshot/parsers/route-fields.js';
import { whatIf } from '../../src/change/index.js';

const LISTINGS: readonly (readonly [file: string, command: string])[] = [
  ['ip-addr.json', 'ip -j -d addr show'],
  ['ip-route.json', 'ip -j -d route show table all'],
  ['ip6-route.json', 'ip -6 -j -d route show table all'],
  ['ip-rule.json', 'ip -j rule show'],
  ['ip6-rule.json', 'ip -6 -j rule show'],
  ['bridge-link.json', 'bridge -j -d link show'],
  [
    'sysctl.txt',
    'sysctl -a 2>/dev/null | grep -E "forwarding|disable_ipv6|promote_secondaries|rp_filter|ip_forward|route_localnet|linkdown"',
  ],
  ['iptables-save.txt', 'iptables-nft-save'],
  ['ip6tables-save.txt', 'ip6tables-nft-save'],
  ['ipset-save.txt', 'ipset save'],
];

/** Two uplinks, a bridge with two ports (one of a second namespace's kind, whose ends stay here), routes, rules and sets. */
const WORLD = `
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip link add up0 type veth peer name far0
ip link add up1 type veth peer name far1
ip link add br0 type bridge
ip link add p0 type veth peer name q0
ip link set p0 master br0
ip link set far0 up; ip link set far1 up; ip link set up0 up; ip link set up1 up; ip link set br0 up; ip link set p0 up; ip link set q0 up
ip addr add 198.51.100.10/24 brd + dev up0
ip addr add 198.51.100.11/24 dev up0
ip addr add 192.0.2.10/24 dev up1
ip addr add 172.20.0.1/16 dev br0
ip -6 addr add 2001:db8:1::10/64 dev up0 nodad
ip -6 addr add fd00:20::1/64 dev br0 nodad
ip route add default via 198.51.100.1
ip route add 203.0.113.0/24 via 192.0.2.1
ip route add 10.1.0.0/16 nexthop via 198.51.100.1 nexthop via 192.0.2.1
ip route add 10.2.0.0/16 via 198.51.100.1 src 198.51.100.11
ip route add default via 192.0.2.1 table 100
ip -6 route add default via 2001:db8:1::1
ip rule add from 172.20.0.0/16 lookup 100
ip rule add fwmark 0x1 lookup 100 pref 500
ipset create blocked hash:net
ipset add blocked 203.0.113.0/24
ipset create web hash:ip,port
ipset add web 172.20.0.2,tcp:80
ipset create ones hash:ip
iptables-nft -A FORWARD -m set --match-set blocked src -j DROP
iptables-nft -t nat -A POSTROUTING -s 172.20.0.0/16 ! -o br0 -j MASQUERADE
iptables-nft -N OWN
iptables-nft -A FORWARD -j OWN
ip6tables-nft -P FORWARD DROP
`;

const dir = mkdtempSync(join(tmpdir(), 'what-if-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function listingsInto(folder: string): string {
  return [`mkdir -p ${folder}/host`, ...LISTINGS.map(([file, command]) => `${command} > ${folder}/host/${file} 2>/dev/null`)].join('\n');
}

/** Makes the world, then the change, in a network namespace of its own, with the listings before and after. */
function record(name: string, commands: readonly string[]): { readonly code: number; readonly error: string } {
  // linkwatch_event tells of a carrier at most a second later
  const settle = commands.some((c) => /link|ports|disable_ipv6/.test(c)) ? 'sleep 1.3' : 'sleep 0.1';
  // the kernel's own answer to a refused command is wanted, not the shell's
  const script = [
    WORLD,
    settle,
    listingsInto(`${dir}/before`),
    ...commands.map((c) => `${c} || exit 9`),
    settle,
    listingsInto(`${dir}/${name}`),
    'exit 0',
  ];
  const { status, stderr } = spawnSync('unshare', ['-Urn', '--mount', 'sh', '-c', ['mount -t tmpfs none /run', ...script].join('\n')], {
    encoding: 'utf8',
  });
  return { code: status ?? -1, error: stderr };
}

/** A rule in what it asks and does: the same words may be spelled in several ways. */
function meaning(rule: Rule, table: Table, family: 4 | 6): string {
  const { predicate, action } = compileRule(rule, table, family);
  return JSON.stringify([rule.chain, predicate, action], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

const sorted = (list: readonly string[]): readonly string[] => [...list].sort();

/** A namespace in words: what two snapshots of one state share, whatever order and file they were read from. */
function told(ns: Netns): unknown {
  const flags = new Set(['UP', 'LOWER_UP', 'NO-CARRIER']);
  return {
    interfaces: sorted(
      ns.interfaces.map((i) =>
        [
          i.name,
          i.master,
          i.mtu,
          i.group,
          i.up,
          i.carrier,
          ...i.flags.filter((f) => flags.has(f)).sort(),
          ...sorted(
            i.addresses.map(
              (a) =>
                `${formatIp(a.ip)}/${a.prefixLength} ${a.scope} ${a.peer === undefined ? '' : formatIp(a.peer)} ${a.flags.filter((f) => f === 'secondary').join()}`,
            ),
          ),
        ].join(' '),
      ),
    ),
    routes: sorted(ns.routes.map((r) => `v${r.family} ${routeText(r)}`)),
    rules: [...ns.rules]
      .sort((a, b) => a.family - b.family)
      .map((r) =>
        [
          r.family,
          r.priority,
          r.not,
          ...[r.from, r.to].map((p) => (p === undefined || p.length === 0 ? 'all' : formatPrefix(p))),
          r.iif,
          r.oif,
          r.fwmark,
          r.fwmask,
          r.ipproto,
          r.dport,
          r.suppressGroup,
          r.suppressPrefixLength,
          JSON.stringify(r.action),
        ].join(' '),
      ),
    ports: sorted(ns.bridgePorts.map((p) => [p.iface, p.bridge, p.state, p.hairpin, p.isolated, p.learning, p.flood].join(' '))),
    sysctl: sorted([...ns.sysctl].map(([name, { value }]) => `${name}=${value}`)),
    sets: sorted([...ns.ipsets.values()].map((s) => [s.name, s.type, ...sorted(s.members.map((m) => `${m.text} ${m.nomatch}`))].join(' '))),
    tables: sorted(
      ns.rulesets.flatMap((set) =>
        [...set.tables.values()].flatMap((t) =>
          [...t.chains.values()].map((c) =>
            [set.family, t.name, c.name, c.policy, ...c.rules.map((r) => meaning(r, t, set.family))].join('\n'),
          ),
        ),
      ),
    ),
  };
}

const CASES: readonly (readonly string[])[] = [
  ['ip rule add from 10.0.0.0/8 table 200'],
  ['ip rule add to 203.0.113.0/24 prohibit'],
  ['ip rule add not from 172.20.0.0/16 iif br0 lookup 100 pref 77'],
  ['ip rule add pref 600 goto 700'],
  ['ip rule add fwmark 0x10/0xf0 ipproto tcp dport 80-90 table main suppress_prefixlength 0'],
  ['ip -6 rule add from fd00:20::/64 blackhole'],
  ['ip ru a lookup main suppress_ifgroup 7'],
  ['ip rule del fwmark 0x1'],
  ['ip rule del pref 500'],
  ['ip rule del from 172.20.0.0/16'],
  ['ip rule del lookup 100'],
  ['ip rule flush'],
  ['ip rule add from 1.2.3.4', 'ip rule add from 1.2.3.5', 'ip rule del from 1.2.3.4 table main'],
  ['ip route add 10.9.0.0/16 via 198.51.100.1'],
  ['ip route add 10.9.0.0/16 via 192.0.2.1 table 100'],
  ['ip route add 10.9.0.9 dev br0'],
  ['ip route add default via 192.0.2.1 metric 50'],
  ['ip route replace default via 192.0.2.1'],
  ['ip route replace default via 192.0.2.1 dev up1 table 101'],
  ['ip route append 10.2.0.0/16 via 192.0.2.1'],
  ['ip route add blackhole 203.0.113.128/25'],
  ['ip route add unreachable default metric 4000'],
  ['ip route add prohibit 10.3.0.0/16 table 100'],
  ['ip route add throw 10.3.0.0/16'],
  ['ip route add local 10.4.0.0/24 dev lo'],
  ['ip route add 10.5.0.0/24 via 172.20.9.9 dev br0 onlink'],
  ['ip route add 10.6.0.0/24 nexthop via 198.51.100.7 weight 2 nexthop via 192.0.2.7'],
  ['ip route change 203.0.113.0/24 via 198.51.100.1'],
  ['ip -6 route add 2001:db8:9::/48 via 2001:db8:1::9'],
  ['ip route add 2001:db8:9::/48 via fe80::1 dev up0'],
  ['ip -6 route add prohibit 2001:db8:66::/48'],
  ['ip -6 route replace default via 2001:db8:1::2'],
  ['ip -6 route del default'],
  ['ip route del default'],
  ['ip r d 10.1.0.0/16'],
  ['ip route del 203.0.113.0/24 via 192.0.2.1'],
  ['ip route del default table 100'],
  ['ip route flush table 100'],
  ['ip route flush dev up1'],
  ['ip route flush 10.2.0.0/16'],
  ['ip addr add 172.21.0.1/16 dev br0'],
  ['ip addr add 172.20.0.2/16 dev br0'],
  ['ip addr add 10.7.7.7 dev lo'],
  ['ip addr add 10.8.0.1 peer 10.8.0.2/32 dev up1'],
  ['ip addr add 10.8.1.1/31 dev up1'],
  ['ip addr add 10.8.2.1/24 brd + dev up1'],
  ['ip addr add 10.8.3.1/24 dev up1 noprefixroute'],
  ['ip addr add 169.254.3.1/24 dev up1 scope link metric 70'],
  ['ip -6 addr add fd00:21::1/64 dev br0 nodad'],
  ['ip addr add fd00:22::5/128 dev lo'],
  ['ip addr del 198.51.100.10/24 dev up0'],
  ['ip addr del 198.51.100.11/24 dev up0'],
  ['ip addr del 192.0.2.10/24 dev up1'],
  ['ip addr del fd00:20::1/64 dev br0'],
  ['sysctl -qw net.ipv4.conf.up0.promote_secondaries=1', 'ip addr del 198.51.100.10/24 dev up0'],
  ['ip addr flush dev up0'],
  ['ip -4 addr flush dev br0'],
  ['ip link set up1 down'],
  ['ip link set up0 down'],
  ['ip link set br0 down'],
  ['ip link set p0 down'],
  ['ip link set q0 down'],
  ['ip link set far1 down'],
  ['ip link set lo down'],
  ['ip link set up1 down', 'ip link set up1 up'],
  ['ip link set up0 down', 'ip link set dev up0 up'],
  ['ip link set br0 down', 'ip link set br0 up'],
  ['ip link set lo down', 'ip link set lo up'],
  ['ip link set p0 nomaster'],
  ['ip link set up1 master br0'],
  ['ip link set up1 mtu 1400 group 7'],
  ['ip link del p0'],
  ['ip link del br0'],
  ['bridge link set dev p0 hairpin on isolated on'],
  ['bridge link set dev p0 learning off flood off'],
  ['sysctl -qw net.ipv4.ip_forward=1'],
  ['sysctl -qw net.ipv4.conf.all.forwarding=1'],
  ['sysctl -qw net.ipv4.conf.up0.forwarding=1'],
  ['sysctl -qw net.ipv4.conf.default.rp_filter=2'],
  ['sysctl -qw net/ipv4/conf/all/rp_filter=1'],
  ['sysctl -qw net.ipv6.conf.all.forwarding=1'],
  ['sysctl -qw net.ipv6.conf.br0.forwarding=1'],
  ['sysctl -qw net.ipv6.conf.all.forwarding=1', 'sysctl -qw net.ipv6.conf.all.forwarding=0'],
  ['sysctl -qw net.ipv6.conf.up0.disable_ipv6=1'],
  ['sysctl -qw net.ipv6.conf.all.disable_ipv6=1'],
  ['sysctl -qw net.ipv6.conf.up0.disable_ipv6=1', 'sysctl -qw net.ipv6.conf.up0.disable_ipv6=0'],
  ['sysctl -qw net.ipv6.conf.all.forwarding=1', 'ip -6 addr add fd00:23::1/64 dev up1 nodad'],
  ['ipset add blocked 198.18.0.0/15'],
  ['ipset add blocked 198.18.0.1/32 nomatch'],
  ['ipset add blocked 203.0.113.0/24 -exist'],
  ['ipset del blocked 203.0.113.0/24'],
  ['ipset add web 172.20.0.3,80'],
  ['ipset -D web 172.20.0.2,tcp:80'],
  ['ipset add ones 10.0.0.0/30'],
  ['ipset add ones 10.0.0.1-10.0.0.9', 'ipset del ones 10.0.0.4/31'],
  ['ipset create more hash:net,iface', 'ipset add more 10.0.0.0/8,br0'],
  ['ipset flush blocked'],
  ['ipset destroy ones'],
  ['ipset rename ones others'],
  ['ipset create block2 hash:net', 'ipset add block2 10.0.0.0/8', 'ipset swap blocked block2'],
  ['iptables-nft -I FORWARD 1 -s 10.0.0.0/8 -p tcp --dport 80 -j DROP'],
  ['iptables-nft -A OWN -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT'],
  ['iptables-nft -D FORWARD 1'],
  ['iptables-nft -D FORWARD -j OWN'],
  ['iptables-nft -t nat -D POSTROUTING -s 172.20.0.0/16 ! -o br0 -j MASQUERADE'],
  ['iptables-nft -P FORWARD DROP'],
  ['iptables-nft -R FORWARD 2 -s 10.0.0.1 -j OWN'],
  ['iptables-nft -E OWN MINE'],
  ['iptables-nft -N NEW', 'iptables-nft -A NEW -j RETURN', 'iptables-nft -F NEW', 'iptables-nft -X NEW'],
  ['iptables-nft -F'],
  ['iptables-nft -w 5 -A INPUT -i up0 -s 10.0.0.1/8 -p tcp -m multiport --dports 22,80 -m conntrack --ctstate NEW -j REJECT'],
  ['iptables-nft -A INPUT -p icmp --icmp-type echo-request -j DROP'],
  ['iptables-nft -A INPUT -p udp --dport domain -d 172.20.0.0/255.255.0.0 -m comment --comment "dns, please" -j ACCEPT'],
  ['iptables-nft -A INPUT -m set --match-set blocked src -j LOG --log-prefix "no: "'],
  ['iptables-nft -t nat -A PREROUTING -i up0 -p tcp --dport 8080 -j DNAT --to-destination 172.20.0.2:80'],
  ['iptables-nft -t mangle -A PREROUTING -p tcp -j MARK --set-mark 1'],
  ['ip6tables-nft -A FORWARD -p tcp --dport 443 -j REJECT'],
  [
    'iptables-nft -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    'iptables-nft -D FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
  ],
  ['iptables-nft -t nat -F POSTROUTING'],
];

/** Commands that the kernel refuses: so must the model. */
const REFUSED: readonly string[] = [
  'ip rule add from 172.20.0.0/16 lookup 100 pref 32765',
  'ip rule add pref 600 goto 500',
  'ip rule del pref 12345',
  'ip rule add from nonsense',
  'ip route add 10.2.0.0/16 via 192.0.2.1',
  'ip route add 10.9.0.0/16 via 10.99.0.1',
  'ip route add 10.9.0.0/16 via 192.0.2.1 dev up0',
  'ip route add 10.9.0.1/16 via 192.0.2.1',
  'ip route add 10.9.0.0/16 dev nowhere',
  'ip route add 10.9.0.0/16 via 192.0.2.1 src 9.9.9.9',
  'ip route del 10.99.0.0/16',
  'ip route change 10.99.0.0/16 via 192.0.2.1',
  'ip addr add 192.0.2.10/24 dev up1',
  'ip addr add 10.0.0.1/24 dev nowhere',
  'ip addr del 10.0.0.1/24 dev up1',
  'ip link set nowhere up',
  'ip link set p0 master up0',
  'sysctl -qw net.ipv4.conf.nowhere.forwarding=1',
  'sysctl -qw net.ipv4.ip_forwrd=1',
  'ipset add nowhere 10.0.0.1',
  'ipset add blocked 203.0.113.0/24',
  'ipset del blocked 10.0.0.0/8',
  'ipset destroy blocked',
  'ipset create ones hash:ip',
  'iptables-nft -X OWN',
  'iptables-nft -D FORWARD 9',
  'iptables-nft -N OWN',
  'iptables-nft -A NOWHERE -j DROP',
  'iptables-nft -A FORWARD -j NOWHERE',
];

const usable = record('probe', []);
const why = usable.code === 0 ? undefined : `no network namespace can be made here: ${usable.error.split('\n')[0] ?? ''}`;

const typed = (command: string): string => command.replace(/^(ip6?tables)-nft/, '$1');

describe.skipIf(why !== undefined)('--what-if comes to what the kernel makes of the same command', () => {
  it.each(CASES.map((commands, i) => [commands.join('; '), commands, i] as const))('%s', async (_, commands, i) => {
    const ran = record(`after${i}`, commands);
    expect(ran).toMatchObject({ code: 0 });
    const [before, after] = [await loadSnapshot(`${dir}/before`), await loadSnapshot(`${dir}/after${i}`)];
    expect(told(whatIf(before, commands.map(typed)).netns.get('host')!)).toEqual(told(after.netns.get('host')!));
  });

  it.each(REFUSED)('refused: %s', async (command) => {
    expect(record('refused', [command]).code).toBe(9);
    const before = await loadSnapshot(`${dir}/before`);
    expect(() => whatIf(before, [typed(command)])).toThrow(`--what-if '${typed(command)}': `);
  });
});

import type { ScenarioTable } from '../generate/scenario.js';
import { container, type Oddity } from './world.js';

type Chains = Readonly<Record<string, readonly string[]>>;

/** `INPUT DROP`: a chain with its policy; user chains have none. */
function table(family: 4 | 6, name: ScenarioTable['name'], chains: Chains): ScenarioTable {
  return {
    family,
    name,
    chains: Object.entries(chains).map(([title, rules]) => {
      const [chain = '', policy] = title.split(' ');
      const told = rules.map((rule) => `-A ${chain} ${rule}`);
      return policy === 'DROP' || policy === 'ACCEPT' ? { name: chain, policy, rules: told } : { name: chain, rules: told };
    }),
  };
}

const DOCKER = [
  '-p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.20.0.2:80',
  '-p udp -m udp --dport 8053 -j DNAT --to-destination 172.20.0.3:53',
];
const MASQUERADE = ['-s 172.20.0.0/24 ! -o br0 -j MASQUERADE', '-s 172.21.0.0/24 ! -o br1 -j MASQUERADE'];

/** The rules that Engine 20.10 writes for two bridges and two published ports. */
const FILTER: Chains = {
  'INPUT ACCEPT': [],
  'FORWARD DROP': [
    '-j DOCKER-USER',
    '-j DOCKER-ISOLATION-STAGE-1',
    ...['br0', 'br1'].flatMap((br) => [
      `-o ${br} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      `-o ${br} -j DOCKER`,
      `-i ${br} ! -o ${br} -j ACCEPT`,
      `-i ${br} -o ${br} -j ACCEPT`,
    ]),
  ],
  'OUTPUT ACCEPT': [],
  DOCKER: [
    '-d 172.20.0.2/32 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT',
    '-d 172.20.0.3/32 ! -i br0 -o br0 -p udp -m udp --dport 53 -j ACCEPT',
  ],
  'DOCKER-ISOLATION-STAGE-1': ['-i br0 ! -o br0 -j DOCKER-ISOLATION-STAGE-2', '-i br1 ! -o br1 -j DOCKER-ISOLATION-STAGE-2', '-j RETURN'],
  'DOCKER-ISOLATION-STAGE-2': ['-o br0 -j DROP', '-o br1 -j DROP', '-j RETURN'],
  'DOCKER-USER': ['-j RETURN'],
};
const NAT: Chains = {
  'PREROUTING ACCEPT': ['-m addrtype --dst-type LOCAL -j DOCKER'],
  'INPUT ACCEPT': [],
  'OUTPUT ACCEPT': ['! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER'],
  'POSTROUTING ACCEPT': [...MASQUERADE, '-s 172.20.0.2/32 -d 172.20.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE'],
  DOCKER: ['-i br0 -j RETURN', '-i br1 -j RETURN', ...DOCKER.map((rule) => `! -i br0 ${rule}`)],
};
const filter = table(4, 'filter', FILTER);
const nat = table(4, 'nat', NAT);

const ssh = { proto: 'tcp', family: 6, dualStack: true, port: 22 } as const;
const proxy = (family: 4 | 6, ip?: string): Oddity['listeners'][number] => ({
  proto: 'tcp',
  family,
  dualStack: false,
  port: 8080,
  ...(ip === undefined ? {} : { ip }),
  dial: { host: family === 4 ? '172.20.0.2' : 'fd00:20::2', port: 80 },
});
const names = (family: 4 | 6): Oddity['listeners'][number] => ({
  proto: 'udp',
  family,
  dualStack: false,
  port: 8053,
  dial: { host: family === 4 ? '172.20.0.3' : 'fd00:20::3', port: 53 },
});
const NAMES = [names(4), names(6)];
const PROXIES = [ssh, proxy(4), proxy(6), ...NAMES];

/** Hosts unlike those that were recorded: each has something that few hosts have. */
export const ODD_HOSTS: readonly Oddity[] = [
  {
    name: 'a firewall of its own: INPUT DROP, and what is not published is dropped in raw',
    short: 'own-firewall',
    tables: [
      table(4, 'raw', {
        'PREROUTING ACCEPT': [
          '-d 172.20.0.2/32 ! -i br0 -j DROP',
          '-d 172.20.0.3/32 ! -i br0 -j DROP',
          '-d 172.21.0.2/32 ! -i br1 -j DROP',
        ],
        'OUTPUT ACCEPT': [],
      }),
      table(4, 'filter', {
        ...Object.fromEntries(Object.entries(FILTER).filter(([name]) => !name.startsWith('INPUT'))),
        'INPUT DROP': ['-i lo -j ACCEPT', '-m conntrack --ctstate ESTABLISHED -j ACCEPT', '-i up0 -p tcp -m tcp --dport 22 -j ACCEPT'],
      }),
      nat,
    ],
    listeners: PROXIES,
  },
  {
    name: 'two uplinks: what comes in by the second is answered by it, by the mark of its connection',
    short: 'two-uplinks',
    ip: ['route add default via 192.0.2.1 dev up1 table 100', 'rule add fwmark 0x1 lookup 100', 'rule add from 192.0.2.10 lookup 100'],
    sysctls: [
      ['net.ipv4.conf.up0.rp_filter', '2'],
      ['net.ipv4.conf.up1.rp_filter', '2'],
    ],
    tables: [
      table(4, 'mangle', {
        'PREROUTING ACCEPT': [
          '-i up1 -m conntrack --ctstate NEW -j CONNMARK --set-xmark 0x1/0xffffffff',
          '-i br0 -j CONNMARK --restore-mark',
        ],
        'INPUT ACCEPT': [],
        'FORWARD ACCEPT': [],
        'OUTPUT ACCEPT': ['-j CONNMARK --restore-mark'],
        'POSTROUTING ACCEPT': [],
      }),
      filter,
      nat,
    ],
    listeners: PROXIES,
    from: ['203.0.113.70@up1'],
  },
  {
    name: 'a routed network, with IPv6, and no translation of it',
    short: 'routed',
    tables: [
      table(4, 'filter', {
        ...FILTER,
        DOCKER: ['-i up0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT', '-o br0 -p icmp -j ACCEPT'],
      }),
      table(4, 'nat', { 'PREROUTING ACCEPT': [], 'INPUT ACCEPT': [], 'OUTPUT ACCEPT': [], 'POSTROUTING ACCEPT': [MASQUERADE[1]!] }),
      table(6, 'filter', {
        'INPUT DROP': ['-p ipv6-icmp -j ACCEPT', '-m conntrack --ctstate ESTABLISHED -j ACCEPT'],
        'FORWARD DROP': [
          '-o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
          '-i up0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT',
          '-i br0 ! -o br0 -j ACCEPT',
        ],
        'OUTPUT ACCEPT': [],
      }),
    ],
    listeners: [ssh],
    published: {},
    to: ['fd00:20::3 udp 53', '2001:db8:8::9 tcp 443'],
  },
  {
    name: 'nat was flushed while Docker runs: docker-proxy alone is left',
    short: 'nat-flushed',
    tables: [
      filter,
      table(4, 'nat', { 'PREROUTING ACCEPT': [], 'INPUT ACCEPT': [], 'OUTPUT ACCEPT': [], 'POSTROUTING ACCEPT': [], DOCKER: [] }),
    ],
    listeners: PROXIES,
  },
  {
    name: 'no br_netfilter, and no icc',
    short: 'no-br-netfilter',
    sysctls: [
      ['net.bridge.bridge-nf-call-iptables', '0'],
      ['net.bridge.bridge-nf-call-ip6tables', '0'],
    ],
    tables: [
      table(4, 'filter', {
        ...FILTER,
        'FORWARD DROP': FILTER['FORWARD DROP']!.map((rule) => (rule === '-i br0 -o br0 -j ACCEPT' ? '-i br0 -o br0 -j DROP' : rule)),
      }),
      nat,
    ],
    listeners: PROXIES,
  },
  {
    name: 'no docker-proxy: hairpin, and route_localnet',
    short: 'no-proxy',
    sysctls: [['net.ipv4.conf.br0.route_localnet', '1']],
    bridge: ['link set dev veth1 hairpin on', 'link set dev veth2 hairpin on', 'link set dev veth3 hairpin on'],
    tables: [
      filter,
      table(4, 'nat', {
        ...NAT,
        'OUTPUT ACCEPT': ['-m addrtype --dst-type LOCAL -j DOCKER'],
        'POSTROUTING ACCEPT': ['-o br0 -m addrtype --src-type LOCAL -j MASQUERADE', ...NAT['POSTROUTING ACCEPT']!],
        DOCKER,
      }),
    ],
    listeners: [
      ssh,
      ...([4, 6] as const).flatMap((family) => [
        { proto: 'tcp', family, dualStack: false, port: 8080, mute: true } as const,
        { proto: 'udp', family, dualStack: false, port: 8053, mute: true } as const,
      ]),
    ],
  },
  {
    name: 'bound on 127.0.0.2, and on an address that is not there yet',
    short: 'odd-binds',
    sysctls: [['net.ipv4.ip_nonlocal_bind', '1']],
    tables: [
      filter,
      table(4, 'nat', {
        ...NAT,
        DOCKER: ['-i br0 -j RETURN', '-d 127.0.0.2/32 ! -i br0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.20.0.2:80'],
      }),
    ],
    listeners: [ssh, ...NAMES, proxy(4, '127.0.0.2'), proxy(4, '198.51.100.99')],
    published: { '80/tcp': ['127.0.0.2', '198.51.100.99'].map((HostIp) => ({ HostIp, HostPort: '8080' })) },
    to: ['198.51.100.99 tcp 8080'],
  },
  {
    name: 'strict rp_filter, and answers that leave by the other uplink',
    short: 'strict-rp-filter',
    ip: ['route add 203.0.113.0/24 via 192.0.2.1 dev up1'],
    sysctls: [
      ['net.ipv4.conf.all.rp_filter', '1'],
      ['net.ipv4.conf.up0.rp_filter', '1'],
      ['net.ipv4.conf.up1.rp_filter', '1'],
    ],
    tables: [filter, nat],
    listeners: PROXIES,
    from: ['203.0.113.70@up1'],
  },
  {
    name: 'a container on the uplink itself (macvlan), beside bridges',
    short: 'macvlan',
    base: ['netns add c4'],
    stacked: ['link add link up0 name eth0 address 02:00:00:00:15:04 netns c4 type macvlan mode bridge'],
    more: [container('c4', ['198.51.100.40/24'], ['198.51.100.1'])],
    stations: [{ ip: '198.51.100.40', mac: '02:00:00:00:15:04' }],
    tables: [filter, nat],
    listeners: PROXIES,
    to: ['198.51.100.40 tcp 80'],
    from: ['c4'],
  },
  {
    name: 'forwarding is on, and nothing lets answers back in',
    short: 'no-established',
    tables: [
      table(4, 'filter', { ...FILTER, 'FORWARD DROP': FILTER['FORWARD DROP']!.filter((rule) => !rule.includes('ESTABLISHED')) }),
      nat,
    ],
    listeners: PROXIES,
  },
];

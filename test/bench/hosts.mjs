// Hosts made up for measuring: any number of containers on docker0, any number of rules.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inet, link, LOOPBACK } from './link-listing.mjs';

const address = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
const containerIp = (i) => address(0xac110002 + i);
const mac = (kind, i) => `02:0${kind}:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
const hostPort = (i) => 20_000 + i;
/** The port that each container listens on. */
export const SERVICE = 8000;

const RULES = [
  { priority: 0, src: 'all', table: 'local' },
  { priority: 32766, src: 'all', table: 'main' },
  { priority: 32767, src: 'all', table: 'default' },
];
const EMPTY_TABLES = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';

const route = (dst, dev, extra) => ({ type: 'unicast', dst, dev, table: 'main', flags: [], ...extra });

/** One rule of the kind that address lists and port lists are made of; `i` tells which. */
export function listedRule(chain, i) {
  return i % 3 === 0
    ? `-A ${chain} -s ${address(0x0a000000 + i)}/32 -j DROP`
    : `-A ${chain} -s ${address(0x0b000000 + (i >> 4) * 16)}/28 -p tcp -m tcp --dport ${1 + (i % 65_535)} -m comment --comment "entry ${i}" -j ACCEPT`;
}

/** @returns the text of iptables-save: Docker's own rules for its published ports, and `rules` in all with an operator's list. */
export function rulesOf(containers, rules) {
  const published = Array.from({ length: containers }, (_, i) => i);
  const nat = [
    '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
    '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
    '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    ...published.map(
      (i) => `-A DOCKER ! -i docker0 -p tcp -m tcp --dport ${hostPort(i)} -j DNAT --to-destination ${containerIp(i)}:${SERVICE}`,
    ),
  ];
  const filter = [
    '-A FORWARD -j DOCKER-USER',
    '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A FORWARD -o docker0 -j DOCKER',
    '-A FORWARD -i docker0 -j ACCEPT',
    ...published.map((i) => `-A DOCKER -d ${containerIp(i)}/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport ${SERVICE} -j ACCEPT`),
    '-A DOCKER -i docker0 -o docker0 -j ACCEPT',
    '-A DOCKER ! -i docker0 -o docker0 -j DROP',
  ];
  const listed = Array.from({ length: Math.max(0, rules - nat.length - filter.length) }, (_, i) => listedRule('LISTS', i));
  if (listed.length > 0) filter.unshift('-A FORWARD -j LISTS');
  const policies = (chains) =>
    chains.map((chain) => `:${chain} ${/^[A-Z]+$/.test(chain) && !['DOCKER', 'LISTS'].includes(chain) ? 'ACCEPT' : '-'} [0:0]`);
  return [
    '*nat',
    ...policies(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING', 'DOCKER']),
    ...nat,
    'COMMIT',
    '*filter',
    ...policies(['INPUT', 'FORWARD', 'OUTPUT', 'DOCKER', 'DOCKER-USER', 'LISTS']),
    ...filter,
    ...listed,
    'COMMIT',
    '',
  ].join('\n');
}

function hostFiles(containers, rules) {
  const numbers = Array.from({ length: containers }, (_, i) => i);
  const veths = numbers.map((i) =>
    link(10 + i, `veth${i}`, 'veth', { link_index: 2, link_netnsid: i + 1, master: 'docker0', address: mac(1, i) }),
  );
  const ports = numbers.map((i) => ({
    ifname: `veth${i}`,
    master: 'docker0',
    state: 'forwarding',
    hairpin: false,
    isolated: false,
    learning: true,
    flood: true,
  }));
  const sockets = numbers.map((i) => `tcp LISTEN 0 4096 0.0.0.0:${hostPort(i)} 0.0.0.0:* users:(("docker-proxy",pid=${5000 + i},fd=7))`);
  return {
    'meta.json': { format: 'dtrace-path-snapshot/1', hostname: 'bench', kernel: '6.1.0', docker: '28.5' },
    'host/ip-addr.json': [
      LOOPBACK,
      link(2, 'up0', 'dummy-uplink', { address: mac(0, 1) }, [inet('198.51.100.10', 24)]),
      link(3, 'docker0', 'bridge', { address: mac(0, 2) }, [inet('172.17.0.1', 16)]),
      ...veths,
    ],
    'host/ip-route.json': [
      route('default', 'up0', { gateway: '198.51.100.1' }),
      route('198.51.100.0/24', 'up0', { scope: 'link', prefsrc: '198.51.100.10' }),
      route('172.17.0.0/16', 'docker0', { scope: 'link', prefsrc: '172.17.0.1' }),
    ],
    'host/ip-rule.json': RULES,
    'host/ip6-route.json': [],
    'host/ip6-rule.json': RULES.slice(0, 2),
    'host/ip-neigh.json': [],
    'host/bridge-link.json': ports,
    'host/bridge-fdb.json': [],
    'host/iptables-save.txt': rulesOf(containers, rules),
    'host/ip6tables-save.txt': EMPTY_TABLES,
    'host/ss.txt': `${sockets.join('\n')}\n`,
    'host/sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\nnet.bridge.bridge-nf-call-ip6tables = 1\n',
  };
}

function containerFiles(i) {
  const ip = containerIp(i);
  const folder = `netns/c${i}`;
  return {
    [`${folder}/ip-addr.json`]: [
      LOOPBACK,
      link(2, 'eth0', 'veth', { link_index: 10 + i, link_netnsid: 0, address: mac(2, i) }, [inet(ip, 16)]),
    ],
    [`${folder}/ip-route.json`]: [
      route('default', 'eth0', { gateway: '172.17.0.1' }),
      route('172.17.0.0/16', 'eth0', { scope: 'link', prefsrc: ip }),
    ],
    [`${folder}/ip-rule.json`]: RULES,
    [`${folder}/ip6-route.json`]: [],
    [`${folder}/ip6-rule.json`]: RULES.slice(0, 2),
    [`${folder}/ip-neigh.json`]: [],
    [`${folder}/iptables-save.txt`]: EMPTY_TABLES,
    [`${folder}/ip6tables-save.txt`]: EMPTY_TABLES,
    [`${folder}/ss.txt`]: `tcp LISTEN 0 4096 0.0.0.0:${SERVICE} 0.0.0.0:* users:(("server",pid=1,fd=3))\n`,
    [`${folder}/sysctl.txt`]: 'net.ipv4.ip_forward = 0\n',
  };
}

function inspected(i) {
  const port = `${SERVICE}/tcp`;
  const bindings = [{ HostIp: '0.0.0.0', HostPort: String(hostPort(i)) }];
  const endpoint = { NetworkID: 'f'.repeat(64), IPAddress: containerIp(i), IPPrefixLen: 16, Gateway: '172.17.0.1', MacAddress: mac(2, i) };
  return {
    Id: i.toString(16).padStart(64, '0'),
    Name: `/c${i}`,
    State: { Running: true, Pid: 1000 + i },
    Config: { Image: 'server:1', Labels: {} },
    HostConfig: { NetworkMode: 'bridge', PortBindings: { [port]: bindings } },
    NetworkSettings: { Ports: { [port]: bindings }, Networks: { bridge: endpoint } },
  };
}

/** Writes the snapshot of a Docker host with containers `c0`, `c1`, … on docker0, each with a published port. */
export function writeHost(folder, { containers, rules = 0 }) {
  const files = hostFiles(containers, rules);
  for (let i = 0; i < containers; i++) Object.assign(files, containerFiles(i));
  files['docker/containers.json'] = Array.from({ length: containers }, (_, i) => inspected(i));
  files['docker/networks.json'] = [
    {
      Id: 'f'.repeat(64),
      Name: 'bridge',
      Driver: 'bridge',
      IPAM: { Config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }] },
      Options: { 'com.docker.network.bridge.name': 'docker0' },
      Containers: {},
    },
  ];
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** @returns questions about such a host: every kind of pair, ports as clients draw them. */
export function questionsOf(containers, count) {
  let state = 1;
  const below = (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % n;
  };
  const container = () => `c${below(containers)}`;
  const kinds = [
    () => ({ from: container(), to: '8.8.8.8', dport: [53, 80, 443][below(3)] }),
    () => ({ from: 'internet', to: '198.51.100.10', dport: hostPort(below(containers)) }),
    () => ({ from: container(), to: container(), dport: below(2) === 0 ? SERVICE : 1 + below(65_535) }),
    () => ({ from: 'internet', to: '198.51.100.10', dport: 1 + below(65_535) }),
    () => ({ from: 'host', to: container(), dport: SERVICE }),
  ];
  // no spread of one object into another: V8 gives each of those a shape of its own, and then that is what is measured
  return Array.from({ length: count }, (_, i) => {
    const { from, to, dport } = kinds[i % kinds.length]();
    return { from, to, proto: 'tcp', sport: 32_768 + below(28_000), dport };
  });
}

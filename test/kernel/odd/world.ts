import type { FlowRequest } from '../../../src/model/trace.js';
import type { Scenario, ScenarioNetns, ScenarioTable, ScenarioWire } from '../generate/scenario.js';

type Listener = ScenarioNetns['listeners'][number];

/** A host of two uplinks, two bridges and three containers, and what is unlike other hosts about it. */
export interface Oddity {
  readonly name: string;
  /** What it is recorded as. */
  readonly short: string;
  readonly ip?: readonly string[];
  readonly ip6?: readonly string[];
  readonly base?: readonly string[];
  /** Devices on top of the uplinks. */
  readonly stacked?: readonly string[];
  readonly bridge?: readonly string[];
  readonly sysctls?: readonly (readonly [string, string])[];
  readonly tables: readonly ScenarioTable[];
  readonly listeners: readonly Listener[];
  readonly more?: readonly ScenarioNetns[];
  readonly stations?: ScenarioWire['stations'];
  /** Where flows go besides the usual: addresses with ports. */
  readonly to?: readonly string[];
  readonly from?: readonly string[];
  /** Ports of c1, where they are others. */
  readonly published?: Readonly<Record<string, unknown>>;
}

const any = (proto: 'tcp' | 'udp', port: number): Listener => ({ proto, family: 6, dualStack: true, port });

const card = (dev: string, ...addresses: readonly string[]): readonly string[] => [
  `link set dev ${dev} addrgenmode none`,
  `link set dev ${dev} up`,
  ...addresses.map((ip) => `addr add ${ip} dev ${dev}${ip.includes(':') ? ' nodad' : ''}`),
];

export function container(name: string, ips: readonly string[], routes: readonly string[]): ScenarioNetns {
  return {
    name,
    stacked: [],
    sysctls: [],
    ip: [
      'link set dev lo up',
      ...card('eth0', ...ips),
      ...routes.filter((via) => !via.includes(':')).map((via) => `route add default via ${via} dev eth0`),
    ],
    ip6: routes.filter((via) => via.includes(':')).map((via) => `route add default via ${via} dev eth0`),
    bridge: [],
    ipset: [],
    tables: [],
    listeners: [any('tcp', 80), any('udp', 53)],
  };
}

const link = (veth: string, netns: string, mac: string): string =>
  `link add name ${veth} netns host type veth peer name eth0 address ${mac} netns ${netns}`;

const SENDERS = ['host', 'c1', 'c2', 'c3', '198.51.100.77', '203.0.113.70', '192.0.2.77', '2001:db8:8::8'];
const DOORS = [
  '198.51.100.10 tcp 8080',
  '192.0.2.10 tcp 8080',
  '198.51.100.10 udp 8053',
  '172.20.0.1 tcp 8080',
  '172.20.0.2 tcp 80',
  '172.20.0.3 udp 53',
  '172.21.0.2 tcp 80',
  '172.21.0.2 tcp 81',
  '203.0.113.9 tcp 443',
  '198.51.100.10 tcp 22',
  'fd00:20::2 tcp 80',
  '2001:db8:1::10 tcp 8080',
];
/** What a host asks of itself alone. */
const OWN = ['127.0.0.1 tcp 8080', '127.0.0.2 tcp 8080', '::1 tcp 8080'];

function flowsOf({ to = [], from = [] }: Oddity): readonly FlowRequest[] {
  const flows: FlowRequest[] = [];
  const add = (sender: string, door: string): void => {
    const [dst = '', proto = '', port = ''] = door.split(' ');
    if (/^[\da-f]*[.:]/.test(sender) && sender.includes(':') !== dst.includes(':')) return;
    const at = flows.length;
    flows.push({ id: `f${at}`, from: sender, to: dst, proto: proto === 'udp' ? 'udp' : 'tcp', sport: 20_000 + at, dport: Number(port) });
  };
  for (const sender of [...SENDERS, ...from]) for (const door of [...DOORS, ...to]) add(sender, door);
  for (const sender of ['host', 'c1']) for (const door of OWN) add(sender, door);
  return flows;
}

const PUBLISHED = { '80/tcp': ['0.0.0.0', '::'].map((HostIp) => ({ HostIp, HostPort: '8080' })) };

/** What Docker prints of the containers on bridges; ports are published of c1 (tcp 8080) and c2 (udp 8053). */
function dockerOf(published: Readonly<Record<string, unknown>>, isNameServed: boolean): NonNullable<Scenario['docker']> {
  const networks = [
    { name: 'net0', id: 'a'.repeat(64), bridge: 'br0', subnet: '172.20.0.0/24', gateway: '172.20.0.1' },
    { name: 'net1', id: 'b'.repeat(64), bridge: 'br1', subnet: '172.21.0.0/24', gateway: '172.21.0.1' },
  ];
  const one = (name: string, at: number, ip: string, ports: Readonly<Record<string, unknown>>): unknown => {
    const net = networks[at]!;
    return {
      Id: name.slice(1).repeat(64),
      Name: `/${name}`,
      State: { Status: 'running', Running: true, Pid: 1000 + Number(name.slice(1)) },
      Config: { Image: 'image' },
      HostConfig: { NetworkMode: net.name },
      NetworkSettings: {
        Ports: ports,
        Networks: {
          [net.name]: {
            NetworkID: net.id,
            IPAddress: ip,
            IPPrefixLen: 24,
            Gateway: net.gateway,
            ...(at === 0 && { GlobalIPv6Address: `fd00:20::${ip.at(-1)}`, GlobalIPv6PrefixLen: 64, IPv6Gateway: 'fd00:20::1' }),
          },
        },
      },
    };
  };
  return {
    'containers.json': [
      one('c1', 0, '172.20.0.2', published),
      one('c2', 0, '172.20.0.3', isNameServed ? { '53/udp': ['0.0.0.0', '::'].map((HostIp) => ({ HostIp, HostPort: '8053' })) } : {}),
      one('c3', 1, '172.21.0.2', {}),
    ],
    'networks.json': networks.map(({ name, id, bridge, subnet, gateway }) => ({
      Id: id,
      Name: name,
      Driver: 'bridge',
      Scope: 'local',
      EnableIPv6: bridge === 'br0',
      IPAM: {
        Config: [{ Subnet: subnet, Gateway: gateway }, ...(bridge === 'br0' ? [{ Subnet: 'fd00:20::/64', Gateway: 'fd00:20::1' }] : [])],
      },
      Options: { 'com.docker.network.bridge.name': bridge },
    })),
  };
}

/** @returns the commands that make a host, and the flows to send on it. */
export function oddHost(odd: Oddity, seed: number): Scenario {
  const wire = (at: 0 | 1, subnets: readonly string[], gateways: readonly string[]): ScenarioWire => ({
    uplink: { netns: 'host', iface: `up${at}`, far: `far${at}`, mac: `02:00:00:00:ff:0${at}`, carrier: true, noarp: false },
    subnets,
    gateways,
    stations: at === 0 ? (odd.stations ?? []) : [],
  });
  const host: ScenarioNetns = {
    name: 'host',
    stacked: odd.stacked ?? [],
    sysctls: [
      ['net.ipv4.ip_forward', '1'],
      ['net.ipv6.conf.all.forwarding', '1'],
      ['net.bridge.bridge-nf-call-iptables', '1'],
      ['net.bridge.bridge-nf-call-ip6tables', '1'],
      ...(odd.sysctls ?? []),
    ],
    ip: [
      'link set dev lo up',
      ...card('br0', 'fe80::20/64', '172.20.0.1/24', 'fd00:20::1/64'),
      ...card('br1', 'fe80::21/64', '172.21.0.1/24'),
      ...['veth1 br0', 'veth2 br0', 'veth3 br1'].flatMap((pair) => {
        const [veth = '', bridge = ''] = pair.split(' ');
        return [`link set dev ${veth} addrgenmode none`, `link set dev ${veth} master ${bridge}`, `link set dev ${veth} up`];
      }),
      ...card('up0', 'fe80::10/64', '198.51.100.10/24', '2001:db8:1::10/64'),
      ...card('up1', 'fe80::11/64', '192.0.2.10/24', '2001:db8:2::10/64'),
      'route add default via 198.51.100.1 dev up0',
      ...(odd.ip ?? []),
    ],
    ip6: ['route add default via 2001:db8:1::1 dev up0', ...(odd.ip6 ?? [])],
    bridge: odd.bridge ?? [],
    ipset: [],
    tables: odd.tables,
    listeners: odd.listeners,
  };
  return {
    seed,
    base: [
      ...['host', 'router', 'c1', 'c2', 'c3'].map((name) => `netns add ${name}`),
      'link add name br0 address 02:00:00:00:20:01 netns host type bridge',
      'link add name br1 address 02:00:00:00:21:01 netns host type bridge',
      link('veth1', 'c1', '02:00:00:00:14:02'),
      link('veth2', 'c2', '02:00:00:00:14:03'),
      link('veth3', 'c3', '02:00:00:00:15:02'),
      ...[0, 1].map((at) => `link add name up${at} address 02:00:00:00:ff:0${at} netns host type veth peer name far${at} netns router`),
      ...(odd.base ?? []),
    ],
    namespaces: [
      host,
      container('c1', ['172.20.0.2/24', 'fd00:20::2/64'], ['172.20.0.1', 'fd00:20::1']),
      container('c2', ['172.20.0.3/24', 'fd00:20::3/64'], ['172.20.0.1', 'fd00:20::1']),
      container('c3', ['172.21.0.2/24'], ['172.21.0.1']),
      ...(odd.more ?? []),
    ],
    wires: [
      wire(0, ['198.51.100.0/24', '2001:db8:1::/64'], ['198.51.100.1', '2001:db8:1::1']),
      wire(1, ['192.0.2.0/24', '2001:db8:2::/64'], ['192.0.2.1', '2001:db8:2::1']),
    ],
    flows: flowsOf(odd),
    docker: dockerOf(
      odd.published ?? PUBLISHED,
      odd.listeners.some(({ port }) => port === 8053),
    ),
  };
}

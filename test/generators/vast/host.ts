/** A snapshot's files, by path. */
export type Files = Map<string, string>;

export const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');
export const list = <T>(count: number, one: (i: number) => T): readonly T[] => Array.from({ length: count }, (_, i) => one(i));

/** @returns the i-th of 2^24 addresses from `first` on; neighbours in the list are no neighbours as addresses. */
export function ip(first: number, i: number): string {
  const n = (i * 40_503) & 0xffffff;
  return `${first}.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
}

/** @returns the i-th /30 of 10.0.0.0/8 and the like: its prefix and its first two addresses. */
export function net30(first: number, i: number): { readonly net: string; readonly one: string; readonly two: string } {
  const at = (n: number): string => `${first}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  return { net: `${at(i * 4)}/30`, one: at(i * 4 + 1), two: at(i * 4 + 2) };
}

export const hex = (n: number, width: number): string => n.toString(16).padStart(width, '0');
export const mac = (i: number): string => `02:${[24, 16, 8, 0].map((shift) => hex((i >>> shift) & 255, 2)).join(':')}:01`;

interface Address {
  readonly family: 'inet';
  readonly local: string;
  readonly prefixlen: number;
  readonly scope: 'global' | 'host';
}
export const inet = (local: string, prefixlen: number, scope: Address['scope'] = 'global'): Address => ({
  family: 'inet',
  local,
  prefixlen,
  scope,
});

export function link(ifindex: number, ifname: string, kind: string | undefined, addresses: readonly Address[], extra: object = {}): object {
  return {
    ...{ ifindex, ifname, flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'], mtu: 1500, operstate: 'UP', link_type: 'ether' },
    ...(kind !== undefined && { linkinfo: { info_kind: kind } }),
    ...{ address: mac(ifindex), ...extra, addr_info: addresses },
  };
}

const LOOPBACK = {
  ...{ ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'], mtu: 65_536, link_type: 'loopback' },
  addr_info: [inet('127.0.0.1', 8, 'host')],
};
const RULES = [
  { priority: 0, src: 'all', table: 'local' },
  { priority: 32_766, src: 'all', table: 'main' },
  { priority: 32_767, src: 'all', table: 'default' },
];
const SETTINGS = 'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\nnet.ipv4.conf.all.rp_filter = 0\n';

/** What a host holds besides two containers, one of them with a published port, and Docker's rules for them. */
export interface More {
  readonly filter?: string;
  readonly chains?: string;
  readonly nat?: string;
  readonly links?: readonly object[];
  readonly routes?: readonly object[];
  readonly rules?: readonly object[];
  readonly neighbours?: readonly object[];
  readonly sockets?: string;
  /** Containers besides the two, and how many ports the first publishes. */
  readonly containers?: number;
  readonly published?: number;
  readonly networks?: number;
  readonly files?: Readonly<Record<string, string>>;
}

interface Guest {
  readonly name: string;
  readonly bridge: string;
  readonly ip: string;
  readonly gateway: string;
  readonly prefix: number;
  readonly index: number;
}

function guestFiles({ name, ip: own, gateway, prefix, index }: Guest): Readonly<Record<string, string>> {
  const card = link(2, 'eth0', 'veth', [inet(own, prefix)], { link_index: 1000 + index, link_netnsid: 0, address: mac(500_000 + index) });
  return {
    [`netns/${name}/ip-addr.json`]: JSON.stringify([LOOPBACK, card]),
    [`netns/${name}/ip-route.json`]: JSON.stringify([
      { dst: 'default', gateway, dev: 'eth0', flags: [] },
      { dst: `${gateway.replace(/\d+$/, '0')}/${prefix}`, dev: 'eth0', scope: 'link', prefsrc: own, flags: [] },
    ]),
    [`netns/${name}/iptables-save.txt`]: '',
    [`netns/${name}/ss.txt`]: 'tcp LISTEN 0 4096 0.0.0.0:80 0.0.0.0:* users:(("server",pid=1,fd=3))\n',
    [`netns/${name}/sysctl.txt`]: 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\n',
  };
}

const netId = (i: number): string => hex(i + 1, 64);

function inspected({ name, ip: own, gateway, prefix, index }: Guest, net: number, ports: object): object {
  return {
    ...{ Id: hex(index + 1, 64), Name: `/${name}`, State: { Running: true, Pid: 1000 + index } },
    ...{ Config: { Image: 'server:1', Labels: {} }, HostConfig: { NetworkMode: 'bridge' } },
    NetworkSettings: {
      Ports: ports,
      Networks: {
        [net === 0 ? 'bridge' : `net${net}`]: {
          ...{ NetworkID: netId(net), IPAddress: own, IPPrefixLen: prefix, Gateway: gateway, MacAddress: mac(500_000 + index) },
        },
      },
    },
  };
}

/** @returns a Docker host of two containers, and what `more` says besides. */
export function host(more: More = {}): Files {
  const networks = more.networks ?? 0;
  const published = more.published ?? 1;
  const guests: readonly Guest[] = [
    ...list(2 + (more.containers ?? 0), (i) => {
      const own = `172.17.${(i + 2) >> 8}.${(i + 2) & 255}`;
      return { name: `c${i}`, bridge: 'docker0', ip: own, gateway: '172.17.0.1', prefix: 16, index: i };
    }),
    ...list(networks, (i) => {
      const { one, two } = net30(10, i);
      return { name: `n${i}`, bridge: `br${i}`, ip: two, gateway: one, prefix: 30, index: 100_000 + i };
    }),
  ];
  const port = (i: number): number => 1025 + i;
  const nat = lines(
    published,
    (i) => `-A DOCKER ! -i docker0 -p tcp -m tcp --dport ${port(i)} -j DNAT --to-destination 172.17.0.2:${80 + i}`,
  );
  const accepts = lines(published, (i) => `-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport ${80 + i} -j ACCEPT`);
  const iptables = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
${nat}${more.nat ?? ''}COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
${more.chains ?? ''}-A FORWARD -j DOCKER-USER
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 -j ACCEPT
${accepts}${more.filter ?? ''}COMMIT
`;
  const bridges = [
    link(3, 'docker0', 'bridge', [inet('172.17.0.1', 16)]),
    ...list(networks, (i) => link(300_000 + i, `br${i}`, 'bridge', [inet(net30(10, i).one, 30)])),
  ];
  const veths = guests.map(({ bridge, index }) =>
    link(1000 + index, `veth${index}`, 'veth', [], { link_index: 2, link_netnsid: index, master: bridge }),
  );
  const bridgePorts = guests.map(({ bridge, index }) => ({
    ...{ ifindex: 1000 + index, ifname: `veth${index}`, flags: ['UP', 'LOWER_UP'], mtu: 1500, master: bridge, state: 'forwarding' },
  }));
  const bindings = Object.fromEntries(list(published, (i) => [`${80 + i}/tcp`, [{ HostIp: '0.0.0.0', HostPort: String(port(i)) }]]));
  const nets = [
    { name: 'bridge', bridge: 'docker0', subnet: '172.17.0.0/16', gateway: '172.17.0.1' },
    ...list(networks, (i) => ({ name: `net${i + 1}`, bridge: `br${i}`, subnet: net30(10, i).net, gateway: net30(10, i).one })),
  ];
  return new Map(
    Object.entries({
      'meta.json': '{"format":"dtrace-path-snapshot/1","hostname":"vast","kernel":"6.1.0","docker":"28.5.2"}',
      'host/iptables-save.txt': iptables,
      'host/ip-addr.json': JSON.stringify([
        LOOPBACK,
        link(2, 'up0', undefined, [inet('198.51.100.10', 24)]),
        ...bridges,
        ...veths,
        ...(more.links ?? []),
      ]),
      'host/bridge-link.json': JSON.stringify(bridgePorts),
      'host/ip-route.json': JSON.stringify([
        { dst: 'default', gateway: '198.51.100.1', dev: 'up0', flags: [] },
        { dst: '198.51.100.0/24', dev: 'up0', scope: 'link', prefsrc: '198.51.100.10', flags: [] },
        ...nets.map(({ bridge, subnet, gateway }) => ({ dst: subnet, dev: bridge, scope: 'link', prefsrc: gateway, flags: [] })),
        ...(more.routes ?? []),
      ]),
      'host/ip-rule.json': JSON.stringify([...RULES, ...(more.rules ?? [])]),
      'host/ip-neigh.json': JSON.stringify(more.neighbours ?? []),
      'host/ss.txt': `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=7,fd=3))\n${lines(published, (i) => `tcp LISTEN 0 4096 0.0.0.0:${port(i)} 0.0.0.0:* users:(("docker-proxy",pid=${9000 + i},fd=7))`)}${more.sockets ?? ''}`,
      'host/sysctl.txt': SETTINGS,
      'docker/containers.json': JSON.stringify(
        guests.map((one, i) => inspected(one, one.bridge === 'docker0' ? 0 : one.index - 99_999, i === 0 ? bindings : {})),
      ),
      'docker/networks.json': JSON.stringify(
        nets.map(({ name, bridge, subnet, gateway }, i) => ({
          ...{ Name: name, Id: netId(i), Driver: 'bridge', IPAM: { Config: [{ Subnet: subnet, Gateway: gateway }] } },
          Options: { 'com.docker.network.bridge.name': bridge },
        })),
      ),
      ...Object.fromEntries(guests.flatMap((one) => Object.entries(guestFiles(one)))),
      ...more.files,
    } satisfies Record<string, string>),
  );
}

type Files = Map<string, string>;

const ADDR = { ifindex: 2, ifname: 'eth0', flags: ['BROADCAST', 'UP', 'LOWER_UP'], operstate: 'UP', link_type: 'ether', mtu: 1500 };
const LOCAL = { family: 'inet', local: '198.51.100.10', prefixlen: 24 };
const ROUTES: readonly object[] = [
  { dst: 'default', gateway: '198.51.100.1', dev: 'eth0', flags: [] },
  { dst: '198.51.100.0/24', dev: 'eth0', scope: 'link', prefsrc: '198.51.100.10', flags: [] },
];
const RULES: readonly object[] = [
  { priority: 0, src: 'all', table: 'local' },
  { priority: 32766, src: 'all', table: 'main' },
];
const FILTER = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n';

/** Stands where a value is put, as JSON; in a listing as its characters. */
const HERE = '@@';

/** Texts of single listings that hold a value where the kernel holds a number. */
const LISTINGS: Readonly<Record<string, readonly unknown[]>> = {
  'host/ip-addr.json': [
    [{ ...ADDR, ifindex: HERE, link_index: HERE, link_netnsid: HERE, addr_info: [LOCAL] }],
    [{ ...ADDR, mtu: HERE, addr_info: [{ ...LOCAL, prefixlen: HERE }] }],
  ],
  'host/ip-route.json': [
    [...ROUTES, { dst: '10.0.0.0/8', dev: 'eth0', metric: HERE, table: HERE, flags: [] }],
    [...ROUTES, { dst: '10.0.0.0/8', nexthops: [{ gateway: '198.51.100.2', dev: 'eth0', weight: HERE, flags: [] }] }],
    [...ROUTES, { dst: '10.0.0.0/@@', dev: 'eth0' }],
  ],
  'host/ip-rule.json': [
    [...RULES, { priority: HERE, src: 'all', table: HERE, fwmark: HERE, fwmask: HERE, suppress_prefixlen: HERE, goto: HERE }],
    [...RULES, { priority: 5, src: '10.0.0.0', srclen: HERE, table: HERE, uid_start: HERE, uid_end: HERE, tos: HERE }],
  ],
  'host/bridge-vlan.json': [[{ ifname: 'eth0', vlans: [{ vlan: HERE, vlanEnd: HERE, flags: ['PVID'] }] }]],
  'host/bridge-fdb.json': [[{ mac: '02:00:00:00:00:02', ifname: 'eth0', vlan: HERE, master: 'br0' }]],
  'host/bridge-link.json': [[{ ifindex: HERE, ifname: 'eth0', master: 'br0', priority: HERE, cost: HERE, state: 'forwarding' }]],
  'docker/containers.json': [
    [
      {
        Id: 'a'.repeat(64),
        Name: '/c',
        State: { Running: true, Pid: HERE },
        HostConfig: { NetworkMode: 'bridge', PortBindings: { '80/tcp': [{ HostIp: '', HostPort: HERE }], '@@/tcp': null } },
        NetworkSettings: {
          Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: HERE }], '@@/udp': null },
          Networks: { bridge: { IPAddress: '172.17.0.2', IPPrefixLen: HERE, GlobalIPv6Address: 'fd00::2', GlobalIPv6PrefixLen: HERE } },
        },
      },
    ],
  ],
  'docker/networks.json': [
    [
      {
        Name: 'bridge',
        Id: 'n',
        Driver: 'bridge',
        IPAM: { Config: [{ Subnet: '172.17.0.0/@@' }] },
        Options: { 'com.docker.network.driver.mtu': HERE },
      },
    ],
  ],
};

const tcp = { payload: { protocol: 'tcp', field: 'dport' } };
const mark = { meta: { key: 'mark' } };
const match = (left: unknown, right: unknown): object => ({ match: { op: '==', left, right } });

/** Statements of native rules, each a rule by itself: one that is refused hides what stands behind it. */
const STATEMENTS: readonly object[] = [
  match(tcp, HERE),
  match(tcp, { range: [HERE, HERE] }),
  match(tcp, { set: [HERE, { range: [1, HERE] }] }),
  match({ payload: { protocol: 'ip', field: 'saddr' } }, { prefix: { addr: '10.0.0.0', len: HERE } }),
  match({ payload: { base: 'th', offset: HERE, len: 16 } }, 1),
  match({ payload: { base: 'th', offset: 0, len: HERE } }, 1),
  match({ '&': [mark, HERE] }, 1),
  match(mark, { '<<': [1, HERE] }),
  match(mark, { '<<': [HERE, HERE] }),
  match({ '>>': [mark, HERE] }, 1),
  match({ numgen: { mode: 'inc', mod: HERE, offset: HERE } }, 0),
  match({ jhash: { mod: HERE, offset: HERE, seed: HERE, expr: mark } }, 0),
  match({ 'ct count': { val: HERE } }, 0),
  match({ 'tcp option': { base: HERE, offset: HERE, len: HERE } }, 0),
  { limit: { rate: HERE, per: 'second', burst: HERE } },
  { quota: { val: HERE, val_unit: 'bytes' } },
  { mangle: { key: mark, value: HERE } },
  { queue: { num: HERE } },
  { dnat: { family: 'ip', addr: '10.0.0.1', port: HERE } },
  { redirect: { port: { range: [1, HERE] } } },
  { counter: { packets: HERE, bytes: HERE } },
  { 'ct count': { val: HERE } },
];

function nft(): object {
  const at = { family: 'inet', table: 't' };
  return {
    nftables: [
      { table: { family: 'inet', name: 't', handle: HERE } },
      { chain: { ...at, name: 'c', handle: 1, type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
      { chain: { ...at, name: 'p', handle: HERE, type: 'filter', hook: 'input', prio: HERE, policy: 'accept' } },
      {
        set: {
          ...at,
          name: 's',
          type: 'inet_service',
          handle: 1,
          flags: ['interval'],
          timeout: HERE,
          size: HERE,
          elem: [HERE, { range: [1, HERE] }],
        },
      },
      ...STATEMENTS.map((statement) => ({
        rule: { ...at, chain: 'c', handle: HERE, expr: [statement, { mangle: { key: mark, value: 7 } }] },
      })),
    ],
  };
}

/** Words of rules, of which each is a line; of sockets, sets and settings. */
const SAVED = `${FILTER}[@@:@@] -A INPUT -p tcp --dport @@ -j DROP
-A INPUT -p tcp -m multiport --dports 1:@@,@@ -j DROP
-A INPUT -m mark --mark @@/@@ -j DROP
-A INPUT -s 10.0.0.0/@@ -j DROP
-A INPUT -m length --length 0:@@ -j DROP
-A INPUT -m connlimit --connlimit-above @@ --connlimit-mask @@ -j DROP
-A INPUT -m statistic --mode nth --every @@ --packet @@ -j DROP
-A INPUT -m u32 --u32 "@@&@@=@@:@@" -j DROP
-A INPUT -m iprange --src-range 0.0.0.0-@@ -j DROP
-A INPUT -m recent --name x --rcheck --seconds @@ --hitcount @@ -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:@@-@@/@@
-A PREROUTING -p tcp -j REDIRECT --to-ports 1-@@
COMMIT
`;
const SOCKETS = 'tcp LISTEN 0 @@ 0.0.0.0:@@ 0.0.0.0:*\nudp UNCONN 0 0 10.0.0.1%eth0:@@ *:* users:(("x",pid=@@,fd=@@))\n';
const SETS = `create s bitmap:port range 0-@@ timeout @@
add s 0-@@
create h hash:net family inet hashsize @@ maxelem @@ netmask @@
add h 0.0.0.0/@@
create b bitmap:ip range 0.0.0.0/@@
add b 1.1.1.1-255.255.255.255
create p hash:ip,port family inet
add p 10.0.0.0/@@,tcp:0-@@
add p 0.0.0.0-255.255.255.255,tcp:0-65535
`;
const NATIVE = `table ip t {
	chain c {
		type filter hook input priority @@; policy accept;
		meta mark set 1 << @@
		tcp dport @@-@@ accept
		@th,@@,@@ 1 drop
		ip saddr 10.0.0.0/@@ drop
		limit rate @@/second drop
	}
}
`;
const SETTINGS = 'net.ipv4.ip_forward = @@\nnet.ipv4.ip_local_port_range = @@ @@\nnet.ipv4.ip_unprivileged_port_start = @@\n';

/** What no kernel counts to, as JSON writes it. */
export const NUMBERS = ['1e309', '99999999999999999999', '9007199254740993', '4294967296', '-1', '0.5', '1e21', '"x"', 'null', '[]', '{}'];

function base(): Files {
  const addr = [{ ...ADDR, addr_info: [LOCAL] }];
  return new Map([
    ['host/ip-addr.json', JSON.stringify(addr)],
    ['host/ip-route.json', JSON.stringify(ROUTES)],
    ['host/ip-rule.json', JSON.stringify(RULES)],
    ['host/iptables-save.txt', `${FILTER}COMMIT\n`],
    ['host/ss.txt', 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n'],
  ]);
}

/** @returns hosts whose listings hold a number that is none, wherever one may stand. */
export function* oddNumbers(number: string): Generator<readonly [what: string, files: ReadonlyMap<string, string>]> {
  const word = (text: string): string => text.replaceAll(HERE, () => number.replaceAll('"', ''));
  const json = (value: unknown): string => word(JSON.stringify(value).replaceAll(`"${HERE}"`, () => number));
  for (const turn of [0, 1, 2]) {
    const files = base();
    for (const [file, values] of Object.entries(LISTINGS)) if (values[turn] !== undefined) files.set(file, json(values[turn]));
    yield [`listings, ${turn}`, files];
  }
  yield ['native rules', base().set('host/nft-ruleset.json', json(nft()))];
  const plain = { 'iptables-save': SAVED, ss: SOCKETS, 'ipset-save': SETS, sysctl: SETTINGS, 'nft-ruleset': NATIVE };
  yield ['plain listings', new Map([...base(), ...Object.entries(plain).map(([name, text]) => [`host/${name}.txt`, word(text)] as const)])];
}

/** Names that are members of every object of the language, parts of paths, options, devices of other systems, or too long. */
export const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '..', '.', '-rf', 'con', 'nul', 'a'.repeat(300)];

/** @returns a host where everything that has a name, and every word that is one of a few, is called so. */
export function oddNames(name: string): ReadonlyMap<string, string> {
  const q = JSON.stringify(name);
  const files = base();
  const put = (file: string, text: string): void => void files.set(file, text);
  put(
    'docker/containers.json',
    `[{"Id":"${'b'.repeat(64)}","Name":${JSON.stringify(`/${name}`)},"Config":{"Image":${q},"Entrypoint":[${q}],"Labels":{${q}:${q},"com.docker.compose.project":${q},"com.docker.compose.service":${q}},"Hostname":${q}},"State":{"Running":true,"Pid":10},"HostConfig":{"NetworkMode":${q},"Binds":[${JSON.stringify(`${name}:/x:rw`)}],"PortBindings":{${q}:[{"HostPort":"1"}]}},"NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],${q}:null},"Networks":{${q}:{"IPAddress":"172.17.0.2","IPPrefixLen":16,"NetworkID":${q},"Aliases":[${q}]}}}}]`,
  );
  put(
    'docker/networks.json',
    `[{"Id":${q},"Name":${q},"Driver":"bridge","Options":{"com.docker.network.bridge.name":${q},${q}:"x"},"IPAM":{"Config":[{"Subnet":"172.17.0.0/16"}]},"Containers":{${q}:{"Name":${q},"IPv4Address":"172.17.0.2/16"}}}]`,
  );
  put(
    'docker/info.json',
    `{${q}:${q},"Name":${q},"SecurityOptions":[${q}],"Warnings":[${q}],"Swarm":{"LocalNodeState":${q}},"FirewallBackend":{"Driver":${q}}}`,
  );
  put('docker/version.json', `{"Server":{"Version":${q},"Os":${q}},"Client":${q}}`);
  put(
    'meta.json',
    `{"format":"dtrace-path-snapshot/1","hostname":${q},"kernel":${q},"docker":${q},"collectedAt":${q},"blanked":{"labelsExcept":[${q}]},"lacking":[{"file":${q},"command":${q},"why":${q}}],${q}:${q}}`,
  );
  const matches = [
    '-m set --match-set @ src',
    '-m recent --name @ --set',
    '-m @ --@',
    '-m addrtype --dst-type @',
    '-m conntrack --ctstate @',
    '-p @ --dport @',
    '-p icmp --icmp-type @',
    '-m time --weekdays @',
    '-m dscp --dscp-class @',
    '-p tcp --tcp-flags @ @',
    '-i @',
  ];
  const rules = matches.map((words) => `-A INPUT ${words.replaceAll('@', () => name)} -j ${name}\n`).join('');
  put(
    'host/iptables-save.txt',
    `${FILTER}:${name} - [0:0]\n${rules}-A INPUT -j REJECT --reject-with ${name}\nCOMMIT\n*${name}\n:${name} ${name} [0:0]\nCOMMIT\n`,
  );
  put(
    'host/ipset-save.txt',
    `create ${name} hash:ip\nadd ${name} 10.0.0.1\ncreate x ${name}\nadd ${name} 10.0.0.2 comment "${name}" ${name} ${name}\n`,
  );
  const left = [
    { [name]: { key: name } },
    { meta: { key: name } },
    { payload: { protocol: name, field: name } },
    { payload: { protocol: 'tcp', field: name } },
    { ct: { key: name, dir: name } },
    { fib: { result: name, flags: [name] } },
  ];
  // a literal would set the prototype of the object, where the name is `__proto__`
  const put1 = (value: unknown): string => JSON.stringify(value);
  const statements = [
    ...left.map((one) => put1(match(one, name))),
    `{${q}:{${q}:1}}`,
    put1({ jump: { target: name } }),
    put1({ reject: { type: name, expr: name } }),
    put1({ dnat: { family: name, addr: name } }),
    put1({ counter: name }),
    put1({ vmap: { key: { meta: { key: 'iifname' } }, data: `@${name}` } }),
  ];
  const at = `"family":"inet","table":${q}`;
  put(
    'host/nft-ruleset.json',
    `{"nftables":[{"table":{"family":"inet","name":${q}}},{"chain":{${at},"name":${q},"type":${q},"hook":${q},"prio":0,"policy":${q}}},{"chain":{${at},"name":"i","type":"filter","hook":"input","prio":0,"policy":"accept"}},{"set":{${at},"name":${q},"type":${q},"elem":[${q}]}},{${q}:{"family":${q}}},${statements.map((one) => `{"rule":{${at},"chain":"i","comment":${q},"expr":[${one}]}}`).join(',')}]}`,
  );
  put(
    'host/nft-ruleset.txt',
    `table ${name} ${name} {\n chain ${name} {\n type ${name} hook ${name} priority ${name}; policy ${name};\n meta ${name} ${name}\n tcp ${name} 1 accept\n ct ${name} 1 accept\n include "/etc/shadow"\n}\n}\ninclude "/etc/shadow"\n`,
  );
  put(
    'host/ip-addr.json',
    JSON.stringify([
      { ...ADDR, addr_info: [LOCAL] },
      {
        ...ADDR,
        ifindex: 3,
        ifname: name,
        link_type: name,
        operstate: name,
        linkinfo: { info_kind: name, info_data: {} },
        addr_info: [{ family: name, local: name, prefixlen: 8, scope: name }],
      },
    ]),
  );
  put(
    'host/ip-route.json',
    JSON.stringify([
      ...ROUTES,
      { dst: '10.0.0.0/8', dev: name, table: name, scope: name, protocol: name, type: name },
      { type: name, dst: name },
    ]),
  );
  put(
    'host/ip-rule.json',
    JSON.stringify([...RULES, { priority: 5, src: name, table: name, iif: name, action: name }, { priority: 6, src: 'all', table: name }]),
  );
  put(
    'host/sysctl.txt',
    `net.ipv4.conf.${name}.forwarding = 1\n${name} = ${name}\nnet.ipv4.${name} = 1\nnet/ipv4/conf/${name}/rp_filter = 1\n`,
  );
  put(`netns/${name}/ip-addr.json`, files.get('host/ip-addr.json') ?? '');
  return files;
}

/** @returns a host whose listings go down without end. */
export function deep(): ReadonlyMap<string, string> {
  const [MANY, files] = [100_000, base()];
  for (const file of [
    'host/ip-addr.json',
    'host/nft-ruleset.json',
    'docker/containers.json',
    'docker/info.json',
    'meta.json',
    'host/bridge-link.json',
  ])
    files.set(file, `${'['.repeat(MANY)}${']'.repeat(MANY)}`);
  files.set('docker/networks.json', `${'{"a":'.repeat(MANY)}1${'}'.repeat(MANY)}`);
  const lines = [
    `ip saddr ${'{'.repeat(MANY)}`,
    `${'jump { '.repeat(MANY)}`,
    `tcp dport ${'('.repeat(MANY)}`,
    `meta mark set ${'1 | '.repeat(MANY)}`,
    `ip saddr . `.repeat(MANY),
  ];
  return files.set('host/nft-ruleset.txt', `table ip t {\n chain c {\n${lines.join('\n')}\n}}`);
}

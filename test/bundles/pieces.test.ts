import { describe, expect, it } from 'vitest';
import { formatPrefix } from '../../src/address/ip.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';

const ADDR = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP
    link/ether 00:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0
`;
const ROUTE = 'default via 192.0.2.1 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10\n';
const RULES = '-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n';

interface Read {
  readonly places: readonly string[];
  readonly host: Host;
}

function read(text: string, path = 'paste.txt', host?: string): Read {
  const taken = takeIn([{ path, text }], path, host);
  const places = taken.parts.map(({ from, to, place, kind }) => `${from}-${to} ${place ?? kind ?? 'left over'}`);
  return { places, host: { ...loadFiles(taken.files), parts: taken.parts } };
}

describe('prompts', () => {
  it.each([
    ['ops@web1:~$ ip r', 'host'],
    ['ops@web1:/srv/my app$ sudo ip r', 'host'],
    ['[root@web1 ~]# ip route', 'host'],
    ['web1 ~ # ip r', 'host'],
    ['└─$ ip r', 'host'],
    ['$ ip r', 'host'],
    ['# ip route show', 'host'],
    ['% ip -4 r', 'host'],
    ['PS C:\\Users\\me> docker exec web ip r', 'netns/web'],
    ['C:\\>docker exec web ip route', 'netns/web'],
    ['root@3f38cb3323b5:/# ip r', 'netns/3f38cb3323b5'],
    ['ops@web1:~$ docker exec -it -u root web ip r', 'netns/web'],
    ['$ docker compose exec db sh -c "ip r"', 'netns/db'],
    ['# nsenter --net=/run/docker/netns/1-abc ip r', 'netns/1-abc'],
    ["$ sudo nsenter -t $(docker inspect -f '{{.State.Pid}}' web) -n ip r", 'netns/web'],
    ['# ip netns exec blue ip r', 'netns/blue'],
    ['# ip -n blue route', 'netns/blue'],
    ['$ kubectl exec pod-1 -c app -- ip r', 'netns/pod-1'],
    ['**# ip r**', 'host'],
    ['=== ip r ===', 'host'],
    ['The output of `ip r`:', 'host'],
    ['#==[ Command ]======================================#\n# /sbin/ip route', 'host'],
    ['==> ip_route <==', 'host'],
    ['```\n$ ip r', 'host'],
    ['router1> ip r', 'host'],
    ['web1 | CHANGED | rc=0 >>', 'host'],
  ])('%j', (prompt, folder) => {
    const { host, places } = read(`Hello everybody!\n\n${prompt}\n${ROUTE}`);
    expect(places.filter((place) => !place.endsWith('left over')).map((place) => place.split(' ')[1])).toEqual([`${folder}/ip-route`]);
    const netns = [...host.netns.values()].find((ns) => ns.routes.length > 0);
    expect(netns?.routes.map((route) => `${formatPrefix(route.dst)} ${route.origin.file}`)).toEqual([
      '0.0.0.0/0 paste.txt',
      '192.0.2.0/24 paste.txt',
    ]);
    expect(netns?.routes[0]?.origin.line).toBe(3 + prompt.split('\n').length);
  });

  it('a shell in a container holds until it is left', () => {
    const text = `ops@web1:~$ docker exec -it web sh\n/ # ip r\n${ROUTE}/ # exit\nops@web1:~$ ip a\n${ADDR}`;
    expect(read(text).places).toEqual(['3-4 netns/web/ip-route', '7-11 host/ip-addr']);
  });
  it('several hosts are refused by name, and one can be chosen', () => {
    const text = `a@one:~$ ip r\n${ROUTE}b@two:~$ ip r\n${ROUTE}`;
    expect(() => read(text)).toThrow('paste.txt: holds the listings of several hosts: one, two. Choose one with --host NAME');
    expect(read(text, 'paste.txt', 'two').places).toEqual(['5-6 host/ip-route']);
  });
});

describe('what is known in part', () => {
  it('a listing behind a filter is not used', () => {
    const { host } = read(`$ ip a\n${ADDR}$ iptables-save | grep DOCKER\n-A FORWARD -j DOCKER-USER\n`);
    expect(host.netns.get('host')?.rulesets).toEqual([]);
    expect(host.parts?.at(-1)?.why).toBe('what `grep DOCKER` left of the listing: take it whole');
  });
  it('an error message in place of a listing makes it missing', () => {
    const { host } = read(`$ ip a\n${ADDR}$ iptables-save\nbash: iptables-save: command not found\n`);
    expect(host.netns.get('host')?.sources.has('iptables')).toBe(false);
  });
  it.each([
    ['Before:', 'After the upgrade:', 'second'],
    ['## After', '## Before', 'first'],
    ['=== old ===', '=== new ===', 'second'],
    ['now:', 'earlier:', 'first'],
    ['--- first try', '--- second try', 'second'],
    ['routes-1.txt:', 'routes-2.txt:', 'second'],
  ])('two takings under %j and %j: the %s is said to be taken', (one, two, which) => {
    const other = 'default via 192.0.2.77 dev eth0\n';
    const { host } = read(`$ ip a\n${ADDR}\n${one}\n$ ip r\n${ROUTE}\n${two}\n$ ip r\n${other}`);
    const first = which === 'first';
    expect(host.netns.get('host')?.routes.map(({ nexthops }) => nexthops[0]?.via)).toEqual(first ? [0xc0000201, undefined] : [0xc000024d]);
    const [title] = /[a-z]+[^:=]*[a-z\d]/i.exec(first ? one : two) ?? [];
    expect(host.files.flatMap(({ notes = [] }) => notes).join()).toContain(`(“${title ?? ''}”) is used`);
    expect(traceFlow(createMachine(host), { from: 'host', to: '203.0.113.9', proto: 'tcp', dport: 443 }).unread).toEqual(
      expect.arrayContaining([expect.objectContaining({ notes: [expect.stringContaining('stands in it twice')] })]),
    );
  });

  it('two machines under headings are asked about', () => {
    const text = `## server web1\n\n$ ip a\n${ADDR}\n## server web2\n\n$ ip a\n${ADDR}`;
    expect(() => read(text)).toThrow('several hosts: web1, web2. Choose one with --host NAME');
    expect(read(text, 'p', 'web2').places).toEqual(['13-17 host/ip-addr']);
  });

  it.each([
    'iptables-save v1.8.7 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)',
    "iptables v1.4.21: can't initialize iptables table `filter': Permission denied (you must be root)",
    'bash: iptables-save: command not found',
    'iptables-save: command not found',
  ])('a message in place of a listing is no listing without rules: %s', (message) => {
    for (const head of ['$ iptables-save\n', '', 'iptables-save:\n', '==> iptables-save.txt <==\n']) {
      const { host } = read(`$ ip a\n${ADDR}$ ip r\n${ROUTE}$ sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 1\n${head}${message}\n`);
      expect(host.netns.get('host')?.sources.has('iptables')).toBe(false);
    }
  });

  it('an unreadable listing of nftables leaves native rules open', () => {
    const rules = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
    const { host } = read(
      `$ ip a\n${ADDR}$ ip r\n${ROUTE}$ iptables-save\n${rules}$ nft list ruleset\nOperation not permitted (you must be root)\n`,
    );
    const trace = traceFlow(createMachine(host), { from: 'host', to: '203.0.113.9', proto: 'tcp', dport: 443 });
    expect(trace.reason).toContain('paste.txt, of which nothing could be read, is there');
  });

  it('the same listing twice: the later holds, and it is said', () => {
    const text = `$ ip a\n${ADDR}$ ip r\n${ROUTE}$ ip r\ndefault via 192.0.2.254 dev eth0\n`;
    const taken = takeIn([{ path: 'p', text }], 'p');
    expect(taken.problems.map(({ message }) => message)).toEqual([
      'not used: p:11 holds the same listing, taken later',
      'ip route stands in it twice, and differs: the one at p:11 is used, not the one at p:8; to ask of that one, leave the other out',
    ]);
    expect(
      loadFiles(taken.files)
        .netns.get('host')
        ?.routes.map((route) => route.text),
    ).toEqual(['default via 192.0.2.254 dev eth0']);
  });
  it('tables of iptables, one a command, add up', () => {
    const text = `# iptables -S\n${RULES}# iptables -t nat -S\n-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n# iptables-legacy -t nat -S\n-P PREROUTING ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n`;
    const { host } = read(text);
    const sets = host.netns.get('host')?.rulesets.map((set) => [set.backend, [...set.tables.keys()], set.unlisted]);
    expect(sets).toEqual([
      ['unknown', ['filter', 'nat'], ['raw', 'mangle', 'security']],
      ['legacy', ['nat'], ['raw', 'mangle', 'filter', 'security']],
    ]);
  });
  it('a table of routes that nobody asked for is not empty', () => {
    const rule = '0:\tfrom all lookup local\n100:\tfrom all lookup 100\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n';
    const some = `$ ip a\n${ADDR}$ ip rule\n${rule}$ iptables-save\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n$ ip r\n${ROUTE}`;
    const ask = (text: string): string => {
      const trace = traceFlow(createMachine(read(text).host), { from: 'host', to: '8.8.8.8', proto: 'icmp' });
      return `${trace.outcome}: ${trace.reason}`;
    };
    expect(ask(some)).toMatch(/^unknown: .*the routes of table 100, which `ip route show table all` would show and paste\.txt does not/);
    expect(ask(`${some}$ ip route show table 100\nblackhole default\n`)).toMatch(/^unreachable/);
  });
});

describe('listings of net-tools and short ones', () => {
  it.each([
    [
      'route -n',
      'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n0.0.0.0         192.0.2.1       0.0.0.0         UG    100    0        0 eth0\n172.17.0.0      0.0.0.0         255.255.0.0     U     0      0        0 docker0\n10.9.0.0        -               255.255.0.0     !     0      -        0 -\n',
      ['default via 192.0.2.1 dev eth0 metric 100', '172.17.0.0/16 dev docker0', 'unreachable 10.9.0.0/16'],
    ],
    [
      'netstat -rn',
      'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n0.0.0.0         192.168.65.1    0.0.0.0         UG        0 0          0 eth0\n10.0.0.0        0.0.0.0         255.0.0.0       U         0 0          0 eth1\n',
      ['default via 192.168.65.1 dev eth0', '10.0.0.0/8 dev eth1'],
    ],
    [
      'route -6 -n',
      'Kernel IPv6 routing table\nDestination                    Next Hop                   Flag Met Ref Use If\nfd01::/64                      [::]                       U    256 3     0 br-1\n[::]/0                         fe80::1                    UG   1024 5    0 eth0\n::1/128                        [::]                       Un   0   3     0 lo\n',
      ['fd01::/64 dev br-1 metric 256 pref medium', 'default via fe80::1 dev eth0 metric 1024 pref medium'],
    ],
  ])('%s', (command, text, routes) => {
    const { host } = read(`$ ${command}\n${text}`);
    expect(host.netns.get('host')?.routes.map((route) => route.text)).toEqual(routes);
    expect(host.problems).toEqual([]);
  });
  it('ip -br addr', () => {
    const { host } = read(
      '$ ip -br a\nlo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0             UP             192.0.2.10/24 fe80::200:5eff:fe00:5301/64 \nvethf32f5ab@if12 UP             \n',
    );
    const shown = host.netns.get('host')?.interfaces.map((iface) => `${iface.name} ${iface.addresses.length} ${iface.linkIndex ?? ''}`);
    expect([shown, host.problems]).toEqual([['lo 2 ', 'eth0 2 ', 'vethf32f5ab 0 12'], []]);
  });
});

it('folders that are hosts of their own are told how to be asked about', () => {
  const files = ['web1/ip-addr.txt', 'web2/ip-addr.txt'].map((path, i) => ({
    path,
    text: ADDR.replace('192.0.2.10/24', `192.0.2.1${i}/24`),
  }));
  expect(() => takeIn(files, 'hosts')).toThrow(
    /Where each is a host of its own, give one of them: web1\/ or web2\/; `dtrace-path audit --fleet FOLDER` looks at every host/,
  );
});

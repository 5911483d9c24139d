import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatIp, formatPrefix } from '../../src/address/ip.js';
import type { Host, ListeningSocket, Netns } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { SnapshotError } from '../../src/snapshot/error.js';
import { takeIn } from '../../src/snapshot/intake/index.js';

/** Real output of one namespace, under `$ COMMAND` where one is given. */
function read(...parts: readonly (readonly [file: string, command?: string])[]): Host {
  const text = parts
    .map(([file, command]) => `${command === undefined ? '' : `$ ${command}\n`}${readFileSync(`fixtures/pasted/${file}.txt`, 'utf8')}\n`)
    .join('');
  return loadFiles(takeIn([{ path: 'p', text }], 'p').files);
}

const hostOf = (host: Host): Netns => host.netns.get('host')!;
const socketText = ({ proto, ip, family, dualStack, port, process = '' }: ListeningSocket): string =>
  `${proto} ${ip === undefined ? (family === 4 ? '0.0.0.0' : dualStack ? '*' : '::') : formatIp(ip)} ${port} ${process}`.trim();
const sockets = (host: Host): string[] => hostOf(host).sockets.map(socketText).sort();
const unshown = (host: Host, kind: 'sockets' | 'addr' | 'route' | 'sysctl'): readonly string[] => [
  ...new Set(hostOf(host).sources.get(kind)?.unshown ?? []),
];
const unread = (host: Host): number => host.files.reduce((sum, file) => sum + file.unread, 0);

const TCP4 = ['tcp 0.0.0.0 8080', 'tcp 127.0.0.1 5432'];
const TCP6 = ['tcp * 443', 'tcp * 80', 'tcp ::1 631'];
const UDP = ['udp 0.0.0.0 53', 'udp ::1 5353'];
const by = (list: readonly string[], process: string): string[] => list.map((one) => `${one} ${process}`);
const V6ONLY = ['tcp * 80', 'tcp 0.0.0.0 8080', 'tcp 127.0.0.1 5432', 'tcp :: 443', 'tcp ::1 631'];

describe('sockets', () => {
  it.each([
    ['ss without Netid', [['ss-tln']], V6ONLY, ['udp']],
    ['ss -e', [['ss-tulpne']], [...by(V6ONLY, 'python3'), ...by(UDP, 'python3')], []],
    ['lsof -i', [['lsof', 'sudo lsof -nP -i']], [...by([...TCP6, ...TCP4], 'python3'), ...by(UDP, 'python3')], []],
    ['lsof, nobody tells how', [['lsof']], [...by([...TCP6, ...TCP4], 'python3'), ...by(UDP, 'python3')], ['tcp', 'udp']],
    ['lsof -iTCP', [['lsof-tcp', 'lsof -nP -iTCP -sTCP:LISTEN']], by([...TCP6, ...TCP4], 'python3'), ['tcp', 'udp']],
    [
      'lsof with names',
      [['lsof-names', 'lsof -i']],
      by(['tcp 0.0.0.0 8080', 'tcp 127.0.0.1 5432', 'tcp ::1 631', 'udp 0.0.0.0 53'], 'python3'),
      [],
    ],
    ['/proc/net/tcp', [['proc-tcp']], TCP4, ['tcp', 'udp']],
    [
      '/proc/net, all four',
      [
        ['proc-tcp', 'cat /proc/net/tcp'],
        ['proc-tcp6', 'cat /proc/net/tcp6'],
        ['proc-udp', 'cat /proc/1/net/udp'],
        ['proc-udp6', 'cat /proc/net/udp6'],
      ],
      [...TCP6, ...TCP4, ...UDP],
      [],
    ],
    ['/proc/net, told by their form', [['proc-tcp'], ['proc-tcp6'], ['proc-udp'], ['proc-udp6']], [...TCP6, ...TCP4, ...UDP], []],
  ] as const)('%s', (_name, parts, expected, lacks) => {
    const host = read(...parts);
    expect(sockets(host)).toEqual([...expected].sort());
    expect(unshown(host, 'sockets')).toEqual(lacks);
    expect(unread(host)).toBe(0);
  });
});

describe('routes, neighbours, addresses, settings', () => {
  const routes = (host: Host): string[] =>
    hostOf(host).routes.map(({ type, dst, nexthops: [hop], metric }) =>
      [type, formatPrefix(dst), hop?.via === undefined ? '' : formatIp(hop.via), hop?.dev ?? '', metric].join(' '),
    );

  it('/proc/net/route is what route -n is', () => {
    expect(routes(read(['proc-route']))).toEqual(routes(read(['route-n'])));
    expect(routes(read(['proc-route']))).toContain('unicast 10.8.0.0/24 192.0.2.7 eth0 50');
    expect(unshown(read(['proc-route']), 'route')).toEqual(['tables']);
  });

  it('/proc/net/ipv6_route is what netstat -6rn is', () => {
    expect(routes(read(['proc-ipv6_route'])).sort()).toEqual(routes(read(['netstat-6rn'])).sort());
  });

  it.each(['proc-arp', 'arp-n', 'arp-a'])('%s', (file) => {
    const found = hostOf(read([file])).neighbours.map(({ ip, dev, mac, state }) => [formatIp(ip), dev, mac, state].join(' '));
    expect(found).toContain('172.17.0.2 docker0 02:42:ac:11:00:02 PERMANENT');
  });

  it('ip -o addr', () => {
    const host = read(['ip-o-addr']);
    const eth0 = hostOf(host).interfaces.find(({ name }) => name === 'eth0');
    expect(eth0?.addresses.slice(0, 2).map(({ ip }) => formatIp(ip))).toEqual(['192.0.2.10', '2001:db8:1::10']);
    expect(unshown(host, 'addr')).toEqual(['links', 'ports', 'peers']);
  });

  it.each([[['grep-sys', 'grep . /proc/sys/net/ipv4/ip_forward']], [['grep-sys']], [['tail-sys']]] as const)('settings: %j', (part) => {
    const values = hostOf(read(part)).sysctl;
    expect([...values].map(([name, { value }]) => `${name}=${value}`).sort()).toEqual([
      'net.ipv4.conf.all.rp_filter=0',
      'net.ipv4.ip_forward=0',
    ]);
    expect(unshown(read(part), 'sysctl')).toEqual(['settings']);
  });

  it('ipvsadm -Ln', () => {
    const servers = hostOf(read(['ipvsadm-Ln'])).virtualServers ?? [];
    expect(
      servers.map(({ takes, servers: real }) => [takes.by, ...real.map(({ ip, port, how }) => `${formatIp(ip)} ${port} ${how}`)]),
    ).toEqual([
      ['address', '172.17.0.2 80 nat', '172.17.0.3 80 route'],
      ['mark', '172.17.0.4 0 tunnel'],
    ]);
  });
});

describe('told as what it is, with the command that shows what the kernel holds', () => {
  const NFT = 'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n';
  it.each([
    ['$ cat /etc/nftables.conf\n#!/usr/sbin/nft -f\nflush ruleset\n\n' + NFT, 'nft list ruleset'],
    ['==> /etc/nftables.conf <==\n' + NFT, 'nft list ruleset'],
    ['$ cat /etc/iptables/rules.v4\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n', 'iptables-save'],
    ['$ sudo cat /etc/sysctl.conf\nnet.ipv4.ip_forward = 1\n', 'sysctl -a'],
    ['$ cat /etc/docker/daemon.json\n{\n  "iptables": false\n}\n', 'iptables-save'],
    [
      '$ sudo ufw status verbose\nStatus: active\nLogging: on (low)\n\nTo                         Action      From\n22/tcp                     ALLOW IN    Anywhere\n',
      'iptables-save',
    ],
    ['$ firewall-cmd --list-all\npublic (active)\n  target: default\n  interfaces: eth0\n  services: ssh\n', 'nft list ruleset'],
    ['$ nmcli device\nDEVICE  TYPE      STATE      CONNECTION\neth0    ethernet  connected  Wired\n', 'ip addr'],
    ['$ networkctl\nIDX LINK TYPE     OPERATIONAL SETUP\n  1 lo   loopback carrier     unmanaged\n', 'ip addr'],
    ['$ docker port web 80\n0.0.0.0:8080\n', 'docker inspect'],
    ['80/tcp -> 0.0.0.0:8080\n', 'docker inspect'],
    ["$ docker ps --format 'table {{.Names}}\\t{{.Ports}}'\nNAMES   PORTS\nweb     0.0.0.0:80->80/tcp\n", 'docker ps -a'],
    ["$ docker ps --format '{{.Names}}'\nweb\n", 'docker ps -a'],
    [readFileSync('fixtures/pasted/brctl-showmacs.txt', 'utf8'), 'bridge fdb'],
  ])('%j', (text, command) => {
    expect(() => takeIn([{ path: 'p', text }], 'p')).toThrow(SnapshotError);
    expect(() => takeIn([{ path: 'p', text }], 'p')).toThrow(`\`${command}`);
  });

  it('beside a listing it stands for the next start, and changes nothing', () => {
    const saved = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
    const taken = takeIn(
      [{ path: 'p', text: `$ iptables-save\n${saved}$ cat /etc/iptables/rules.v4\n${saved.replace('FORWARD ACCEPT', 'FORWARD DROP')}` }],
      'p',
    );
    expect(taken.parts.map(({ place }) => place)).toEqual(['host/iptables-save.txt', 'host/start-iptables.txt']);
    expect(hostOf(loadFiles(taken.files)).rulesets[0]?.tables.get('filter')?.chains.get('FORWARD')?.policy).toBe('ACCEPT');
  });

  it('docker ps with columns of its own choice is read where it has ids and names', () => {
    const text =
      "$ docker ps --format 'table {{.ID}}\\t{{.Names}}\\t{{.Ports}}'\nCONTAINER ID   NAMES   PORTS\n0123456789ab   web     0.0.0.0:8080->80/tcp\n";
    const [web] = loadFiles(takeIn([{ path: 'p', text }], 'p').files).containers;
    expect([web?.name, web?.published[0]?.hostPort]).toEqual(['web', 8080]);
  });
});

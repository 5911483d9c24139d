import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatIp, formatPrefix } from '../../src/address/ip.js';
import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn, type Intake } from '../../src/snapshot/intake/index.js';

const pasted = (name: string): string => readFileSync(`fixtures/pasted/${name}.txt`, 'utf8');
/** A listing that is taken beside: without one that a path rests on, nothing is. */
const BESIDE = '$ ip rule\n0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n';
const take = (text: string): Intake => takeIn([{ path: 'p', text: `${text.endsWith('\n') ? text : `${text}\n`}${BESIDE}` }], 'p');
const host = (text: string): Host => loadFiles(take(text).files);
/** The file of a snapshot that a listing becomes; `told` where it is known and feeds nothing. */
const feeds = (text: string): string => take(text).parts[0]?.place ?? 'told';

/** Every listing of commands that people paste beside those of the snapshot format, and what it is read for. */
describe.each<readonly [string, string, string]>([
  ['ss without Netid', `$ ss -tln\n${pasted('ss-tln')}`, 'host/ss.txt'],
  ['ss -e', `$ ss -tulpne\n${pasted('ss-tulpne')}`, 'host/ss.txt'],
  ['ip -br', '$ ip -br addr\nlo  UNKNOWN  127.0.0.1/8\n', 'host/ip-addr.txt'],
  ['ip -o', `$ ip -o addr\n${pasted('ip-o-addr')}`, 'host/ip-addr.txt'],
  ['route -n', `$ route -n\n${pasted('route-n')}`, 'host/ip-route.txt'],
  ['netstat -rn', `$ netstat -rn\n${pasted('route-n')}`, 'host/ip-route.txt'],
  ['netstat -6rn', `$ netstat -6rn\n${pasted('netstat-6rn')}`, 'host/ip6-route.txt'],
  ['route -6', `$ route -6\n${pasted('netstat-6rn')}`, 'host/ip6-route.txt'],
  ['lsof -i', `$ lsof -i -n -P\n${pasted('lsof')}`, 'host/netstat.txt'],
  [
    'brctl show',
    '$ brctl show\nbridge name\tbridge id\t\tSTP enabled\tinterfaces\ndocker0\t\t8000.024200000001\tno\t\tveth1\n',
    'host/brctl-show.txt',
  ],
  ['brctl showmacs', `$ brctl showmacs docker0\n${pasted('brctl-showmacs')}`, 'told'],
  ['brctl showstp', `$ brctl showstp docker0\n${pasted('brctl-showstp')}`, 'host/brctl-show.txt'],
  ['cat /proc/sys', '$ cat /proc/sys/net/ipv4/ip_forward\n1\n', 'host/sysctl.txt'],
  ['/proc/net/tcp', `$ cat /proc/net/tcp\n${pasted('proc-tcp')}`, 'host/netstat.txt'],
  ['/proc/net/udp', `$ cat /proc/net/udp\n${pasted('proc-udp')}`, 'host/netstat.txt'],
  ['/proc/net/route', `$ cat /proc/net/route\n${pasted('proc-route')}`, 'host/ip-route.txt'],
  ['/proc/net/arp', `$ cat /proc/net/arp\n${pasted('proc-arp')}`, 'host/ip-neigh.txt'],
  ['docker port', '$ docker port web\n80/tcp -> 0.0.0.0:8080\n', 'docker/port.txt'],
  [
    'docker ps',
    '$ docker ps\nCONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES\n0123456789ab   nginx   "x"       1h ago    Up 1h    80/tcp  web\n',
    'docker/ps.txt',
  ],
  ['docker inspect -f', "$ docker inspect -f '{{.State.Pid}}' web\n4711\n", 'told'],
  [
    'docker compose ps',
    '$ docker compose ps\nNAME         IMAGE   COMMAND   SERVICE   CREATED   STATUS   PORTS\nshop-web-1   nginx   "x"       web       1h ago    Up 1h    80/tcp\n',
    'docker/compose-ps',
  ],
  ['wg show', '$ wg show\ninterface: wg0\n  public key: (hidden)\n\npeer: (hidden)\n  allowed ips: 10.8.0.2/32\n', 'host/wg-show.txt'],
  ['ipvsadm -Ln', `$ ipvsadm -Ln\n${pasted('ipvsadm-Ln')}`, 'host/ipvs-save.txt'],
  [
    'conntrack -L',
    '$ conntrack -L\ntcp      6 431999 ESTABLISHED src=192.0.2.5 dst=192.0.2.1 sport=50000 dport=22 src=192.0.2.1 dst=192.0.2.5 sport=22 dport=50000 [ASSURED] mark=0 use=1\n',
    'host/testimony.txt',
  ],
  ['ufw status verbose', '$ ufw status verbose\nStatus: active\nLogging: on (low)\n', 'told'],
  [
    'ufw status numbered',
    '$ ufw status numbered\nStatus: active\n\n     To                         Action      From\n     --                         ------      ----\n[ 1] 22/tcp                     ALLOW IN    Anywhere\n',
    'told',
  ],
  ['firewall-cmd --list-all', '$ firewall-cmd --list-all\npublic (active)\n  target: default\n  interfaces: eth0\n', 'told'],
  ['firewall-cmd --list-all-zones', '$ firewall-cmd --list-all-zones\nblock\n  target: %%REJECT%%\n', 'told'],
  ['nmcli', '$ nmcli device\nDEVICE  TYPE      STATE      CONNECTION\neth0    ethernet  connected  Wired\n', 'told'],
  ['networkctl', '$ networkctl\nIDX LINK TYPE     OPERATIONAL SETUP\n  1 lo   loopback carrier     unmanaged\n', 'told'],
  ['netplan', '$ cat /etc/netplan/50-cloud-init.yaml\nnetwork:\n  version: 2\n', 'told'],
  ['nftables.conf', '$ cat /etc/nftables.conf\nflush ruleset\n', 'host/start-nft.txt'],
  ['rules.v4', '$ cat /etc/iptables/rules.v4\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n', 'host/start-iptables.txt'],
  ['sysctl.d', '$ cat /etc/sysctl.d/99-docker.conf\nnet.ipv4.ip_forward = 1\n', 'host/start-sysctl.txt'],
])('%s', (_, text, place) => {
  it(`feeds ${place}`, () => expect(feeds(text)).toBe(place));
});

const published = ({ containers }: Host): readonly string[] =>
  containers.flatMap(({ name, published: ports }) =>
    ports.map(
      ({ hostIp, family = 0, hostPort, containerPort, proto }) =>
        `${name} ${hostIp === undefined ? `v${family}` : formatIp(hostIp)} ${hostPort} ${containerPort}/${proto}`,
    ),
  );
const labelled = ({ containers }: Host): readonly string[] =>
  containers.map(
    ({ name, running, labels }) =>
      `${name} ${running ? 'up' : 'down'} ${labels.get('com.docker.compose.project') ?? '?'}/${labels.get('com.docker.compose.service') ?? '?'}`,
  );

describe('containers that are told of by name', () => {
  // as docs/reference of docker/compose prints them, and docker/compose 2.32 (potpie-ai/potpie)
  const ARRAY =
    '$ docker compose ps --format json\n[{"ID":"1553b0236cf4d2715845f053a4ee97042c4f9a2ef655731ee34f1f7940eaa41a","Name":"example-bar-1","Command":"/docker-entrypoint.sh nginx -g \'daemon off;\'","Project":"example","Service":"bar","State":"exited","Health":"","ExitCode":0,"Publishers":null},{"ID":"f02a4efaabb67416e1ff127d51c4b5578634a0ad5743bd65225ff7d1909a3fa0","Name":"example-foo-1","Command":"/docker-entrypoint.sh nginx -g \'daemon off;\'","Project":"example","Service":"foo","State":"running","Health":"","ExitCode":0,"Publishers":[{"URL":"0.0.0.0","TargetPort":80,"PublishedPort":8080,"Protocol":"tcp"}]}]\n';
  const LINES =
    '$ docker compose ps --format json\n{"ID":"3ed7ceaa1fa9","Image":"postgres","Name":"potpie_postgres","Project":"potpie","Publishers":[{"URL":"0.0.0.0","TargetPort":5432,"PublishedPort":5432,"Protocol":"tcp"},{"URL":"::","TargetPort":5432,"PublishedPort":5432,"Protocol":"tcp"}],"Service":"postgres","State":"running","Status":"Up 1 second (health: starting)"}\n{"ID":"4ed7ceaa1fa9","Image":"redis:latest","Name":"potpie_redis","Project":"potpie","Publishers":[{"URL":"","TargetPort":6379,"PublishedPort":0,"Protocol":"tcp"}],"Service":"redis","State":"running"}\n';
  const TABLE =
    '$ docker compose ps\nNAME            IMAGE     COMMAND                  SERVICE   CREATED         STATUS          PORTS\nexample-foo-1   alpine    "/docker-entrypoint.…"   foo       4 seconds ago   Up 2 seconds    0.0.0.0:8080->80/tcp, [::]:8080->80/tcp\nmine            redis:7   "redis-server"           cache     4 seconds ago   Exited (0) 1s   \n';
  it.each<readonly [string, string, readonly string[], readonly string[]]>([
    ['JSON', ARRAY, ['example-foo-1 v4 8080 80/tcp'], ['example-bar-1 down example/bar', 'example-foo-1 up example/foo']],
    [
      'JSON, an object a line',
      LINES,
      ['potpie_postgres v4 5432 5432/tcp', 'potpie_postgres v6 5432 5432/tcp'],
      ['potpie_postgres up potpie/postgres', 'potpie_redis up potpie/redis'],
    ],
    [
      'a table',
      TABLE,
      ['example-foo-1 v4 8080 80/tcp', 'example-foo-1 v6 8080 80/tcp'],
      ['example-foo-1 up example/foo', 'mine down ?/cache'],
    ],
    [
      'docker port',
      '$ docker port web\n53/udp -> 127.0.0.1:5353\n80/tcp -> [::]:8080\n',
      ['web 127.0.0.1 5353 53/udp', 'web v6 8080 80/tcp'],
      ['web up ?/?'],
    ],
  ])('%s', (_, text, ports, names) => {
    const one = host(text);
    expect([published(one), labelled(one), one.problems]).toEqual([ports, names, []]);
  });
  it('docker ps beside it tells the same containers', () => {
    const ps =
      '$ docker ps\nCONTAINER ID   IMAGE    COMMAND   CREATED   STATUS   PORTS                  NAMES\n0123456789ab   alpine   "x"       1h ago    Up 1h    0.0.0.0:8080->80/tcp   example-foo-1\n';
    const one = host(TABLE + ps);
    expect(labelled(one)).toEqual(['example-foo-1 up example/foo', 'mine down ?/cache']);
    expect(one.containers[0]?.id).toBe('0123456789ab');
  });
});

describe('wg show', () => {
  const told = (text: string): readonly string[] => {
    const { wireguard } = host(text).netns.get('host')!;
    if (wireguard === undefined) return ['not known'];
    return [
      ...wireguard.devices,
      ...wireguard.peers.map(({ dev, allowed, located }) => `${dev} ${allowed.map(formatPrefix).join(' ')}${located ? '' : ', nowhere'}`),
    ];
  };
  const KEY = 'nBfPpavcYn1eP8iWnme7xzUE+hhgblHG93gBbbbycXU=';
  // wireguard-tools, show.c: pretty_print and dump_print
  const SHOWN = `interface: wg0\n  public key: ${KEY}\n  private key: (hidden)\n  listening port: 51820\n  fwmark: 0xca6c\n\npeer: ${KEY}\n  preshared key: (hidden)\n  endpoint: 203.0.113.8:51820\n  allowed ips: 10.8.0.0/24, fd08::/64\n  latest handshake: 1 minute, 2 seconds ago\n  transfer: 1.2 KiB received, 3.4 KiB sent\n\npeer: ${KEY}\n  allowed ips: 10.8.0.9/32\n`;
  const PEERS = ['wg0 10.8.0.0/24 fd08::/64', 'wg0 10.8.0.9/32, nowhere'];
  const dump = (dev: string): string =>
    `${dev}${KEY}\t${KEY}\t51820\t0xca6c\n${dev}${KEY}\t(none)\t203.0.113.8:51820\t10.8.0.0/24,fd08::/64\t1700000000\t1\t2\toff\n${dev}${KEY}\t(none)\t(none)\t10.8.0.9/32\t0\t0\t0\t25\n`;
  it.each([
    ['for people', `$ wg show\n${SHOWN}`, ['wg0', ...PEERS]],
    ['of all, as a dump', `$ wg show all dump\n${dump('wg0\t')}`, ['wg0', ...PEERS]],
    ['of one, as a dump', `$ wg show wg0 dump\n${dump('')}`, ['wg0', ...PEERS]],
    ['blanks for tabs', `$ wg show all dump\n${dump('wg0\t').replaceAll('\t', ' ')}`, ['wg0', ...PEERS]],
    ['cut in a peer', `$ wg show\n${SHOWN.slice(0, SHOWN.lastIndexOf('  allowed'))}`, ['not known']],
    ['with a line of nobody knows what', `$ wg show\n${SHOWN}  allowed ips: 10.8.0.0/99\n`, ['not known']],
  ])('%s', (_, text, expected) => expect(told(text)).toEqual(expected));
  it('keeps no key', () => {
    const { files, problems } = take(`$ wg show all dump\n${dump('wg0\t')}`);
    expect(JSON.stringify([[...files].filter(([path]) => path.includes('wg-show')).map(([, { text }]) => text), problems])).not.toContain(
      KEY.slice(0, 20),
    );
  });
});

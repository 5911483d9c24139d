import { TOLD } from '../../../secrets/told.js';
import type { Attack } from '../attack.js';
import { recorded, written, writtenFile } from './base.js';

/** Lines of a file kind, around what is told. */
type Kind = readonly [path: string, line: (told: string) => string];

const quoted = (told: string): string => told.replace(/["\\]/g, '\\$&');
const PS = (told: string): string => `root      4242  0.0  0.1  1234  567 ?  Ss  10:00  0:00 /usr/bin/app ${told}`;
const row = (told: string): string => `0123456789ab   nginx     "${told}"   2 hours ago   Up 2 hours   80/tcp   web`;

/** Where lines stand in which a password may be: those that are read, and those that are not understood. */
const KINDS: readonly Kind[] = [
  ['host/iptables-save.txt', (told) => `-A INPUT -s 192.0.2.7/32 -m comment --comment "${quoted(told)}" -j ACCEPT`],
  ['host/iptables-save.txt', (told) => `-A INPUT -s 192.0.2.8/32 -m comment --comment "see ${quoted(told)} there" -j DROP`],
  ['host/ip6tables-save.txt', (told) => `# ${told}`],
  ['host/ss.txt', (told) => `tcp LISTEN 0 128 0.0.0.0:8 0.0.0.0:* ${told}`],
  ['host/netstat.txt', (told) => `tcp 0 0 0.0.0.0:8 0.0.0.0:* LISTEN 12/${told}`],
  ['host/sysctl.txt', (told) => `net.ipv4.x = ${told}`],
  ['host/sysctl.txt', (told) => told],
  ['host/ipset-save.txt', (told) => `add nowhere 192.0.2.1 comment "${quoted(told)}"`],
  ['host/ipvs-save.txt', (told) => `-A -t 192.0.2.1:80 ${told}`],
  ['host/wg-show.txt', (told) => told],
  ['host/wg-show.txt', (told) => `wg0\t${told}\tpub\t51820\toff`],
  ['host/ps.txt', PS],
  ['host/ps.txt', (told) => `app ${told}`],
  ['host/dmesg.txt', (told) => `[    1.0] Kernel command line: ${told}`],
  ['host/resolv.conf', (told) => `options ${told}`],
  ['host/services.txt', (told) => told],
  ['docker/ps.txt', row],
  ['docker/ps.txt', (told) => `garbage ${told}`],
  ['docker/info.txt', (told) => ` HTTP Proxy: ${told}`],
  ['docker/info.txt', (told) => `  ${told}`],
  ['netns/web/ps.txt', PS],
  ['host/ip-neigh.txt', (told) => `192.0.2.9 dev eth0 ${told}`],
  ['host/ip-rule.txt', (told) => `9: from all lookup main ${told}`],
  ['host/ip-route.txt', (told) => `10.0.0.0/8 dev eth0 ${told}`],
  ['host/bridge-fdb.txt', (told) => `02:00:00:00:00:01 dev eth0 ${told}`],
  [
    'host/nft-ruleset.txt',
    (told) =>
      `table ip t { chain c { type filter hook input priority 0; comment "${told.replaceAll('"', "'")}" }; chain d { ip saddr 192.0.2.1 comment "${told.replaceAll('"', "'")}" accept } }`,
  ],
];

/** A word for each password, so that what is printed tells where it stood. */
const wordOf = (kind: number, told: number): string => `S3cr${kind}x${told}z`;

/** @returns lines of one kind, each with a password of its own. */
function plantedIn(kind: number): string {
  const line = KINDS[kind]![1];
  return TOLD.map((tell, i) => line(tell(wordOf(kind, i)))).join('\n');
}

const ALL = KINDS.flatMap((_, kind) => TOLD.map((_, i) => wordOf(kind, i)));

/** A head that makes a list of processes or containers of what follows. */
const HEADS: Readonly<Record<string, string>> = {
  'ps.txt': 'USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n',
  'docker/ps.txt': 'CONTAINER ID   IMAGE     COMMAND                  CREATED       STATUS       PORTS    NAMES\n',
};

/** A recorded host with a password in every kind of line of every kind of file. */
function planted(): Map<string, string> {
  const files = recorded('docker28-bridge');
  KINDS.forEach(([path], kind) => {
    const head = HEADS[path] ?? (path.endsWith('/ps.txt') ? HEADS['ps.txt'] : undefined) ?? '';
    const before = files.get(path) ?? head;
    const lines = plantedIn(kind);
    const isSave = path.endsWith('iptables-save.txt') && kind < 2;
    files.set(path, isSave ? before.replace(/(\*filter\n(?::.*\n)*)/, (found) => `${found}${lines}\n`) : `${before}${lines}\n`);
  });
  return files;
}

/** Names that JSON gives what holds a password. */
const MEMBERS = ['Env', 'Cmd', 'Args', 'Entrypoint', 'Labels', 'Annotations', 'LogConfig', 'Password', 'Healthcheck', 'NoSuchMember'];
const memberWord = (i: number): string => `S3crMember${i}z`;

function plantedJson(): Map<string, string> {
  const files = recorded('docker28-bridge');
  const member = (i: number): unknown =>
    i === 4 || i === 5 ? { a: memberWord(i) } : [`--password=${memberWord(i)}`, `A=${memberWord(i)}`];
  const all = Object.fromEntries(MEMBERS.map((name, i) => [name, member(i)]));
  for (const path of ['docker/containers.json', 'docker/networks.json']) {
    const list = JSON.parse(files.get(path) ?? '[]') as Record<string, unknown>[];
    files.set(
      path,
      JSON.stringify(
        list.map((one) => ({
          ...one,
          ...all,
          Config: { ...(one['Config'] as object), ...all },
          HostConfig: { ...(one['HostConfig'] as object), ...all },
        })),
      ),
    );
  }
  const info = {
    Name: 'h',
    RegistryConfig: { Mirrors: [`https://u:${memberWord(0)}@m/`] },
    HttpProxy: `http://u:${memberWord(1)}@p`,
    Labels: [`token=${memberWord(2)}`],
  };
  files.set('docker/info.json', JSON.stringify(info));
  files.set('docker/version.json', JSON.stringify({ Server: { Version: `28.0.0 ${memberWord(3)}` }, Password: memberWord(6) }));
  return files;
}

/** What people paste, with the commands that they typed. */
const PASTED: readonly ((told: string) => string)[] = [
  (told) => `root@h:~# ${told}\n`,
  (told) => `root@h:~# docker run -e ${told} nginx\n0123\n`,
  (told) =>
    `root@h:~# cat /etc/netplan/50-wifi.yaml\nnetwork:\n  wifis:\n    wlan0:\n      access-points:\n        home:\n          ${told}\n`,
  (told) => `root@h:~# nmcli -s connection show home\n${told}\n`,
  (told) => `root@h:~# wg showconf wg0\n[Interface]\n${told}\n`,
  (told) => `root@h:~# iptables -S # ${told}\n-P INPUT ACCEPT\n`,
  (told) => `root@h:~# ${told}; ip a\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n`,
  (told) => `root@h:~# ip route # ${told}\ndefault via 192.0.2.1 dev eth0\n`,
  (told) => `root@h:~# docker exec -e ${told} web ip route\ndefault via 172.17.0.1 dev eth0\n`,
  (told) => `root@h:~# ps aux\n${HEADS['ps.txt'] ?? ''}${PS(told)}\n`,
  (told) => `root@h:~# docker ps\n${HEADS['docker/ps.txt'] ?? ''}${row(told)}\n`,
  (told) => `root@h:~# docker info\nClient:\n Registry Mirrors:\n  ${told}\n`,
];
const pastedWord = (kind: number, told: number): string => `S3crP${kind}x${told}z`;
const paste = (): string => PASTED.map((put, kind) => TOLD.map((tell, i) => put(tell(pastedWord(kind, i)))).join('')).join('');

/** Files of a support bundle in which passwords stand, whoever packed them. */
const BUNDLED = [
  ...['root/.docker/config.json', 'etc/netplan/50-wifi.yaml', 'etc/wireguard/wg0.conf', 'etc/docker/daemon.json', 'proc/cmdline'],
  ...[
    'etc/NetworkManager/system-connections/home.nmconnection',
    'sos_commands/process/ps_auxwww',
    'ps',
    'environment',
    'docker-compose.yml',
  ],
  ...[
    'sos_commands/docker/docker_info',
    'sos_commands/docker/docker_ps',
    'sos_commands/networkmanager/nmcli_con_show',
    'sos_commands/networking/wg_show',
  ],
];
const bundledWord = (kind: number, told: number): string => `S3crB${kind}x${told}z`;

function bundle(): Map<string, string> {
  const rules = recorded('docker28-bridge').get('host/iptables-save.txt') ?? '';
  const files = new Map([['sos_commands/firewall_tables/iptables-save', rules]]);
  BUNDLED.forEach((path, kind) => files.set(path, TOLD.map((tell, i) => `${tell(bundledWord(kind, i))}\n`).join('')));
  return files;
}

const words = (count: number, of: (kind: number, told: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, kind) => TOLD.map((_, i) => of(kind, i))).flat();

/** Passwords in what is read: none may be printed, nor stand in a page that is handed on. */
export const SECRETS: readonly Attack[] = [
  { name: 'a password in every kind of line', make: (folder) => ({ snapshot: written(folder, planted()) }), secrets: ALL },
  {
    name: 'passwords in the JSON of docker',
    make: (folder) => ({ snapshot: written(folder, plantedJson()) }),
    secrets: MEMBERS.map((_, i) => memberWord(i)),
    names: ['web'],
  },
  {
    name: 'passwords in a paste',
    make: (folder) => ({ snapshot: writtenFile(folder, 'paste.txt', paste()) }),
    secrets: words(PASTED.length, pastedWord),
  },
  {
    name: 'passwords in a support bundle',
    make: (folder) => ({ snapshot: written(folder, bundle()) }),
    secrets: words(BUNDLED.length, bundledWord),
  },
];

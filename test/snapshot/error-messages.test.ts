import { expect, test } from 'vitest';
import { loadFiles } from '../../src/snapshot/load.js';

const LO = '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n';

/** What shells, sudo, ssh, the engines and the commands themselves write in place of a listing, in several languages. */
const MESSAGES = [
  'bash: line 1: command not found\n',
  '-bash: Kommando nicht gefunden.\n',
  'sudo: a terminal is required to read the password; either use the -S option\nsudo: a password is required\n',
  'sudo: iptables-save : commande introuvable\n',
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
  'Error: unable to connect to Podman socket: connection refused\n',
  'permission denied while trying to connect to the Docker daemon socket\n',
  'nsenter: cannot open /proc/1234/ns/net: No such file or directory\n',
  'Object "addr" is unknown, try "ip help".\n',
  'usage: thing [-a] [-b]\n',
  'aXB0YWJsZXMtc2F2ZQo5MzQ4NTcwMjM0OTg1NzA=\n',
  '<html><body>403 Forbidden</body></html>\n',
];

/** Every text that a snapshot may hold. */
const FILES = [
  'iptables-save.txt',
  'ip6tables-save.txt',
  'iptables-legacy-save.txt',
  'iptables-list.txt',
  'iptables-list-nat.txt',
  'nft-ruleset.txt',
  'ipset-save.txt',
  'ipvs-save.txt',
  'ip-addr.txt',
  'ifconfig.txt',
  'ip-route.txt',
  'ip6-route.txt',
  'ip-rule.txt',
  'ip-neigh.txt',
  'bridge-link.txt',
  'bridge-fdb.txt',
  'bridge-vlan.txt',
  'brctl-show.txt',
  'ss.txt',
  'netstat.txt',
  'sysctl.txt',
  'ps.txt',
  'services.txt',
  'dmesg.txt',
].map((name) => `host/${name}`);
const DOCKER = ['containers.json', 'networks.json', 'ps.txt', 'network-ls.txt', 'info.json', 'info.txt', 'version.json'].map(
  (name) => `docker/${name}`,
);

test.each([...FILES, ...DOCKER])('a message in place of %s is told of, and is no listing', (file) => {
  const silent = MESSAGES.flatMap((message) => {
    const host = loadFiles(
      new Map([
        ['netns/other/ip-addr.txt', LO],
        [file, message],
      ]),
    );
    const told = host.problems.some(({ origin }) => origin.file === file);
    const whole = host.files.some((one) => one.file === file && one.used === 'whole');
    const listed = [...(host.netns.get('host')?.sources.values() ?? [])].some((one) => one.file === file && one.state === 'whole');
    return told && !whole && !listed ? [] : [`${message.trim()}: ${told ? 'told' : 'not told'}${whole || listed ? ', whole' : ''}`];
  });
  expect(silent).toEqual([]);
});

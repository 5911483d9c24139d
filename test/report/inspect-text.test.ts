import { expect, test } from 'vitest';
import { renderInspection } from '../../src/report/inspect-text.js';
import { inspectHost } from '../../src/snapshot/inspection.js';
import { loadFiles } from '../../src/snapshot/load.js';

const FILES = new Map([
  ['meta.json', '{"format":"dtrace-path-snapshot/1","hostname":"h1","kernel":"6.1","docker":"28.5"}'],
  [
    'host/ip-addr.txt',
    [
      '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536',
      '    inet 127.0.0.1/8 scope host lo',
      '2: eth0: <BROADCAST,UP> mtu 1500',
      '    inet 198.51.100.10/24 scope global eth0',
      '3: docker0: <BROADCAST,UP,LOWER_UP> mtu 1500',
      '    inet 172.17.0.1/16 scope global docker0',
      '9: veth1@if8: <BROADCAST,UP,LOWER_UP> mtu 1500 master docker0',
      '11: veth2@if10: <BROADCAST,UP,LOWER_UP> mtu 1500 master docker0',
      'who knows \u001b[31m',
      '',
    ].join('\n'),
  ],
  [
    'host/iptables-save.txt',
    '*filter\n:INPUT DROP [0:0]\n-A INPUT -m foo --bar -j ACCEPT\n-A INPUT -p tcp -m tcp --dport abc -j ACCEPT\n-A INPUT -j ACCEPT\nCOMMIT\n',
  ],
  ['host/ip-route.txt', 'default via 198.51.100.1 dev eth0\nlocal 127.0.0.1 dev lo table local\n10.0.0.0/8 dev eth0 table vpn\n'],
  ['host/ss.txt', 'tcp LISTEN 0 0 0.0.0.0:8080 0.0.0.0:* users:(("docker-proxy",pid=1,fd=1))\ntcp LISTEN 0 0 *:22 *:*\n'],
  ['netns/web/ip-route.txt', 'default via 172.17.0.1 dev eth0\n'],
  [
    'netns/web/ip-addr.txt',
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n8: eth0@if9: <BROADCAST,UP,LOWER_UP> mtu 1500\n    inet 172.17.0.2/16 scope global eth0\n',
  ],
  [
    'docker/containers.json',
    '[{"Id":"aabbccddeeff0011","Name":"/web","Config":{"Image":"nginx"},"State":{"Running":true},"HostConfig":{"NetworkMode":"bridge"},"NetworkSettings":{"Networks":{"bridge":{"NetworkID":"n1","IPAddress":"172.17.0.2"}},"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}]}}}]',
  ],
  ['docker/networks.json', '[{"Id":"n1","Name":"bridge","Driver":"bridge","IPAM":{"Config":[{"Subnet":"172.17.0.0/16"}]},"Options":{}}]'],
]);

const inspection = inspectHost(loadFiles(FILES));

test('text', () => {
  expect(renderInspection(inspection, { color: false })).toBe(
    `h1, Linux 6.1, Docker 28.5

Namespace host
  1   lo       loopback  up          127.0.0.1/8
  2   eth0     ether     no carrier  198.51.100.10/24
  3   docker0  bridge    up          172.17.0.1/16
  9   veth1    veth      up                            ↔ web/eth0, port of docker0
  11  veth2    veth      up                            ↔ interface 10 of another namespace, which the snapshot does not show, port of docker0
  routes        1 IPv4 in table main, 1 IPv4 in table local, 1 IPv4 in table vpn
  policy rules  0
  not listed    rule, neigh, sysctl, ip6tables, bridge-link, bridge-fdb

Listeners in host
  tcp  0.0.0.0:8080  docker-proxy  host/ss.txt:1
  tcp  *:22                        host/ss.txt:2

Rules in host
  IPv4  filter  3 rules  1 chain  unknown  host/iptables-save.txt

Namespace web
  1  lo    loopback  up  127.0.0.1/8
  8  eth0  veth      up  172.17.0.2/16  ↔ host/veth1
  routes        1 IPv4 in table main
  policy rules  0
  not listed    rule, neigh, sockets, sysctl, iptables, ip6tables

Bridges
  docker0  up          172.17.0.0/16, network bridge
    veth1  forwarding  ↔ web/eth0
    veth2  forwarding  ↔ interface 10 of another namespace, which the snapshot does not show

Networks
  bridge  n1  bridge  docker0  172.17.0.0/16    web

Containers
  web  aabbccddeeff  running  bridge 172.17.0.2

Published ports
  0.0.0.0:8080  →  web 80/tcp  docker-proxy listens
  [::]:8080     →  web 80/tcp  no process listens

Not understood (5)
  host/ip-addr.txt:9: not a line of ip addr
      who knows \\x1b[31m
  host/iptables-save.txt: it shows no chain of Docker, which has networks here: it lacks rules, or dockerd runs with --iptables=false
  host/iptables-save.txt:3: unknown match foo
      -A INPUT -m foo --bar -j ACCEPT
  host/iptables-save.txt:4: cannot read --dport abc
      -A INPUT -p tcp -m tcp --dport abc -j ACCEPT
  host/ss.txt: it lacks the socket of published port [::]:8080/tcp, and shows those of others
  not in the snapshot: host/sysctl.txt, host/ip6tables-save.txt, host/ip6-route.json, host/ip-rule.json, host/ip6-rule.json, host/ip-neigh.json, host/bridge-link.json, host/bridge-fdb.json, netns/web/iptables-save.txt, netns/web/ss.txt, netns/web/sysctl.txt, netns/web/ip6tables-save.txt, netns/web/ip6-route.json, netns/web/ip-rule.json, netns/web/ip6-rule.json, netns/web/ip-neigh.json
  1 of 9 lines of host/ip-addr.txt were not understood
  host/iptables-save.txt: it shows no chain of Docker, which has networks here: it lacks rules, or dockerd runs with --iptables=false
  host/ss.txt: it lacks the socket of published port [::]:8080/tcp, and shows those of others
  netns/web/ip-addr.txt is known in part: it was cut, or does not show all
  assumed: the host and 1 other namespace are taken to have no native nftables rules, which \`nft -j list ruleset\` would show (host/nft-ruleset.json)
`,
  );
});

test('colours only where they are asked for', () => {
  expect(renderInspection(inspection, { color: true })).toMatch(/\u001b\[1m/);
});

test('every line understood', () => {
  const clean = inspectHost(loadFiles(new Map([['host/ss.txt', 'tcp LISTEN 0 0 *:22 *:*\n']])));
  expect(renderInspection(clean, { color: false }).trimEnd().split('\n').at(-1)).toBe('Every line was understood.');
});

test('captures that came with the snapshot, and whether their place is in it', () => {
  const host = loadFiles(FILES, ['captures/host/docker0.pcap', 'captures/web/any.pcapng', 'captures/host/gone0.pcap']);
  const text = renderInspection(inspectHost(host), { color: false });
  expect(text.slice(text.indexOf('\nCaptures\n'), text.indexOf('\nNot understood'))).toBe(
    [
      '',
      'Captures',
      '  host  docker0  captures/host/docker0.pcap',
      '  web   any      captures/web/any.pcapng',
      '  host  gone0    captures/host/gone0.pcap    no such place in the snapshot',
      '',
    ].join('\n'),
  );
});

test('two hundred thousand listeners', () => {
  const [namespace] = inspection.namespaces;
  const listener = { proto: 'tcp', address: '*', port: 1, origin: { file: 'host/ss.txt', line: 1 } } as const;
  const many = { ...inspection, namespaces: [{ ...namespace!, listeners: Array.from({ length: 200_000 }, () => listener) }] };
  const lines = renderInspection(many, { color: false }).split('\n');
  expect(lines.filter((line) => line === '  tcp  *:1    host/ss.txt:1').length).toBe(200_000);
});

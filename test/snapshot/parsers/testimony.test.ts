import { expect, it } from 'vitest';
import { readTestimonies } from '../../../src/snapshot/parsers/testimony/index.js';

/** Lines as people posted them; where each stood is named beside it. */
const LINES: readonly (readonly [line: string, told: object | undefined])[] = [
  // github.com/moby/moby/issues/8795
  [
    'udp      17 22 src=172.17.3.166 dst=10.8.128.122 sport=40613 dport=8125 [UNREPLIED] src=10.8.128.122 dst=10.8.147.207 sport=8125 dport=40613 mark=0 use=2',
    {
      kind: 'connection',
      proto: 'udp',
      packet: { src: '172.17.3.166', sport: 40613, dst: '10.8.128.122', dport: 8125 },
      answer: { src: '10.8.128.122', sport: 8125, dst: '10.8.147.207', dport: 40613 },
      replied: false,
    },
  ],
  // github.com/chaifeng/ufw-docker/issues/119, its source filled in
  [
    'May  2 18:00:18 xxx-hetzner-1 kernel: [  216.304748] [UFW DOCKER BLOCK] IN=enp6s0 OUT=br-280bbe3477ec MAC=00:00 SRC=192.0.2.7 DST=172.19.0.4 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=51523 DF PROTO=TCP SPT=33762 DPT=80 WINDOW=64240 RES=0x00 SYN URGP=0',
    {
      kind: 'log',
      proto: 'tcp',
      packet: { src: '192.0.2.7', sport: 33762, dst: '172.19.0.4', dport: 80 },
      before: 'May  2 18:00:18 xxx-hetzner-1 kernel: [  216.304748] [UFW DOCKER BLOCK] ',
      in: 'enp6s0',
      out: 'br-280bbe3477ec',
    },
  ],
  // github.com/schech1/uptime-buddy/issues/18
  [
    '02:26:53.599483 vetha9d3a9e P   IP 172.17.0.3.5005 > 192.168.178.106.65340: Flags [S.], seq 3717500441, ack 375692639, win 65160, length 0',
    {
      kind: 'seen',
      proto: 'tcp',
      packet: { src: '172.17.0.3', sport: 5005, dst: '192.168.178.106', dport: 65340 },
      iface: 'vetha9d3a9e',
      dir: 'in',
    },
  ],
  // github.com/moby/libnetwork/issues/2594
  [
    '16:44:52.049467 Out 02:42:54:e2:bc:ac ethertype IPv4 (0x0800), length 76: 192.168.0.5.10080 > 10.20.9.10.46102: Flags [S.], seq 2357073271, length 0',
    { kind: 'seen', proto: 'tcp', packet: { src: '192.168.0.5', sport: 10080, dst: '10.20.9.10', dport: 46102 }, dir: 'out' },
  ],
  // github.com/moby/moby/issues/13381
  [
    '17:31:18.927299 IP 172.17.0.2.53724 > 8.8.8.8.53: 9371+ A? google.com. (28)',
    { kind: 'seen', proto: 'udp', packet: { src: '172.17.0.2', sport: 53724, dst: '8.8.8.8', dport: 53 } },
  ],
  // github.com/moby/moby/issues/15172
  [
    '15:43:45.221139 IP 172.17.0.2 > 8.8.8.8: ICMP echo request, id 139, seq 1, length 64',
    { kind: 'seen', proto: 'icmp', packet: { src: '172.17.0.2', dst: '8.8.8.8' } },
  ],
  ['15:43:50.232887 ARP, Request who-has 172.17.42.1 tell 172.17.0.2, length 28', undefined],
  ['12:00:01.000001 IP 172.17.0.1 > 172.17.0.2: ICMP host 10.0.0.1 unreachable, length 68', undefined],
  [
    'TRACE: nat:DOCKER:rule:2 IN=eth0 OUT= MAC=00 SRC=192.0.2.7 DST=192.0.2.1 LEN=60 PROTO=TCP SPT=1 DPT=80',
    {
      kind: 'rule',
      proto: 'tcp',
      packet: { src: '192.0.2.7', sport: 1, dst: '192.0.2.1', dport: 80 },
      rule: { table: 'nat', chain: 'DOCKER', number: 2 },
    },
  ],
  ['conntrack v1.4.6 (conntrack-tools): 50 flow entries have been shown.', undefined],
];

it.each(LINES)('%s', (line, told) => {
  expect(readTestimonies(line, 'f', 'host')).toEqual(
    told === undefined ? [] : [{ ...told, netns: 'host', origin: { file: 'f', line: 1 } }],
  );
});

// github.com/openwrt/openwrt/issues/19814
it('a trace of nft tells the packet first', () => {
  const text = [
    'trace id efb1d592 inet fw4 raw_prerouting packet: iif "eth0.2" ether saddr 00:00:5E:00:53:b8 ether daddr 00:00:5E:00:53:e0 ip saddr 165.227.75.125 ip daddr 192.0.2.16 ip dscp cs0 ip ecn not-ect ip ttl 56 ip id 42100 ip protocol tcp ip length 60 tcp sport 40066 tcp dport 1234 tcp flags == syn tcp window 64240',
    'trace id efb1d592 inet fw4 raw_prerouting rule tcp dport 1234 meta nftrace set 1 (verdict continue)',
    'trace id efb1d592 inet fw4 raw_prerouting policy accept',
  ].join('\n');
  expect(readTestimonies(text, 'f', 'host')).toEqual([
    {
      kind: 'rule',
      proto: 'tcp',
      packet: { src: '165.227.75.125', sport: 40066, dst: '192.0.2.16', dport: 1234 },
      rule: { nft: 'inet', table: 'fw4', chain: 'raw_prerouting', text: 'tcp dport 1234 meta nftrace set 1' },
      netns: 'host',
      origin: { file: 'f', line: 2 },
    },
  ]);
});

import { isBelow, six, type Place } from './place.js';

/** Expressions of single headers and of what the kernel keeps beside a packet. */
function ofHeaders(place: Place): readonly string[] {
  const { rng } = place;
  const v6 = six(place);
  return [
    ...(v6
      ? [
          'ip6 flowlabel != 1',
          'ip6 length > 5',
          'exthdr frag exists',
          'exthdr frag missing',
          'exthdr hbh exists',
          'frag id 1',
          'ip6 saddr & ffff:: == fd01::',
          '@nh,48,8 6',
          'icmpv6 type { nd-neighbor-solicit, echo-request }',
        ]
      : [
          'ip hdrlength 5',
          'ip id != 1',
          'ip frag-off & 0x1fff == 0',
          'ip frag-off & 0x1fff != 0',
          'ip checksum != 0',
          'ip length < 100',
          'ip option rr exists',
          'ip option lsrr type 1',
          '@nh,72,8 6',
          '@nh,128,32 0x0a020002',
          '@nh,96,24 0x0a0100',
          'icmp type echo-request',
          'icmp type != echo-reply',
        ]),
    'udp length > 5',
    'udp length 13',
    'udp checksum != 1',
    'tcp doff > 4',
    'tcp window > 0',
    'tcp urgptr 0',
    'tcp sequence != 1',
    'tcp ackseq 0',
    'tcp option maxseg exists',
    'tcp option maxseg missing',
    'tcp option maxseg size > 500',
    'tcp option sack-perm exists',
    'tcp option md5sig exists',
    'tcp flags & (syn | ack) == syn | ack',
    'tcp flags != ack',
    'tcp flags { syn, ack }',
    'tcp flags ! fin,rst',
    'sctp dport 80',
    'dccp type request',
    'ah spi 1',
    'esp spi 1',
    'comp cpi 1',
    'igmp type 17',
    'udplite dport 53',
    '@th,0,16 > 1000',
    '@th,32,32 != 0',
    '@th,96,8 & 0xf0 > 0x40',
    '@ih,0,8 0x68',
    `@th,${rng.pick(['16,8', '24,8'])} ${rng.pick(['0', '80', '22'])}`,
    'sctp chunk init exists',
  ];
}

function ofPlace(place: Place): readonly string[] {
  const { family, hook } = place;
  const v6 = six(place);
  return [
    // of the other family nft leaves it out of its own listing
    ...(family === 'ip' || family === 'ip6' ? [] : ['meta protocol ip']),
    'meta protocol { ip, ip6 }',
    'meta protocol != ip6',
    'meta priority 0:0',
    'meta cpu < 1000',
    'meta random < 2147483648',
    'meta hour >= "00:00"',
    'meta hour "00:00"-"23:59"',
    'meta day != "Monday"',
    'meta time > "2020-01-01 00:00:00"',
    'meta rtclassid 0',
    'meta nftrace 1',
    'meta iifkind "veth"',
    'meta oifkind "bridge"',
    'meta iifgroup 0',
    'meta oifgroup 0',
    // of a single type nft lists nothing where a header is asked for behind it
    'meta iiftype != ether',
    'meta iiftype { ether, loopback }',
    'meta oiftype ether',
    'meta length > 40',
    'meta mark >= 0x1',
    'meta mark & 0x3 != 0x1',
    'meta mark | 0x1 == 0x1',
    'meta mark ^ 0x1 == 0x1',
    'meta mark 0x0-0xf',
    'meta pkttype != { broadcast, multicast }',
    ...(hook === 'output' || hook === 'postrouting'
      ? ['meta skuid 0', 'meta skgid != 5', 'meta cgroup 1', 'rt mtu > 100', 'rt classid 0']
      : []),
    ...(hook === 'prerouting' || hook === 'forward' ? ['meta sdif 0', 'meta sdifname "x"'] : []),
    'meta ipsec missing',
    'meta ipsec exists',
    'ipsec in reqid 1',
    'osf name "Linux"',
    'socket transparent 0',
    ...(hook === 'forward' || hook === 'output' || hook === 'postrouting'
      ? [
          v6 ? 'rt ip6 nexthop fd02::2' : 'rt ip nexthop 10.2.0.2',
          v6 ? 'rt ip6 nexthop != fd01::2' : 'rt ip nexthop { 10.2.0.2, 10.2.0.3 }',
        ]
      : []),
    ...(hook === 'prerouting' || hook === 'input' || hook === 'forward'
      ? ['fib saddr . iif oif 0', 'fib saddr . iif oif != 0', 'fib daddr . iif type local', 'fib saddr . iif oifname "a0"']
      : []),
    'fib daddr type { local, broadcast }',
    'fib daddr oif "b0"',
    'fib daddr oifname { "b0", "a0" }',
    'fib saddr . mark oif exists',
    'fib daddr type != { local, unicast }',
    'ether saddr 00:11:22:33:44:55',
    'ether daddr != 00:11:22:33:44:55',
    'ether type { ip, ip6 }',
    'vlan id 5',
    'arp operation request',
    ...(family === 'bridge' ? ['meta ibrname "br0"', 'meta obrname "br0"', 'ether type { ip, ip6 }'] : []),
  ];
}

function ofConnection(place: Place): readonly string[] {
  const v6 = six(place);
  return [
    'ct zone 0',
    'ct id 1',
    'ct bytes > 5000000',
    'ct packets < 1000',
    'ct avgpkt > 1',
    'ct label 5',
    'ct helper "ftp"',
    // of the other family nft leaves it out of its own listing
    'ct l3proto { ipv4, ipv6 }',
    'ct expiration > 1s',
    'ct mark & 0x3 == 0x2',
    'ct mark { 0x0, 0x1-0x4 }',
    'ct status & (dnat | snat) == 0x0',
    'ct status ! dnat',
    'ct status confirmed',
    'ct status { expected, dnat }',
    'ct state ! invalid',
    'ct state { new, untracked }',
    'ct original packets > 1',
    'ct reply bytes 0',
    'ct direction != reply',
    'ct original proto-src > 1000',
    'ct reply proto-src { 22, 80 }',
    'ct original protocol { tcp, icmp }',
    v6 ? 'ct reply ip6 saddr fd02::2' : 'ct reply ip saddr 10.2.0.2',
    v6 ? 'ct original ip6 saddr fd01::/64' : 'ct original ip saddr { 10.1.0.2, 10.3.0.0/24 }',
    v6 ? 'ct reply ip6 daddr != fd02::1' : 'ct reply ip daddr != 10.2.0.1',
    'ct state . ct mark { new . 0x0, established . 0x1 }',
    'ct state . ct direction { new . original, established . reply }',
  ];
}

/** @returns a condition that few rule sets have. */
export function rare(place: Place): string {
  const { rng } = place;
  const kind = rng.int(0, 2);
  if (kind === 0) return rng.pick(ofHeaders(place));
  return rng.pick(kind === 1 || isBelow(place) || place.type.startsWith('nat') ? ofPlace(place) : ofConnection(place));
}

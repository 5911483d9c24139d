import { describe, expect, test } from 'vitest';
import { compiled } from './shown.js';

/** A family, a rule of it, and what the rule is compiled to: what it asks first `⇒` what it does then. */
type Row = readonly [family: string, rule: string, compiled: string];

const mangle: readonly Row[] = [
  ['ip', 'meta mark set 0x5', 'always ⇒ mark mask=4294967295 value=5'],
  ['ip', 'meta mark set meta mark | 0x10', 'always ⇒ mark := (mark | 16)'],
  ['ip', 'meta mark set ct mark', 'always ⇒ mark := connmark'],
  ['ip', 'ct mark set meta mark', 'always ⇒ connmark := mark'],
  ['ip', 'ct mark set 0x1', 'always ⇒ connmark op=set value=1 ctmask=4294967295 nfmask=0'],
  ['ip', 'meta mark set tcp dport map { 80 : 0x1 }', 'proto 6 ⇒ mark := dport map { 80 : 1 }'],
  ['ip', 'meta mark set ip saddr map @m4', 'always ⇒ mark := src map @m4'],
  ['ip', 'meta mark set jhash ip saddr mod 2 offset 5', 'always ⇒ mark := draw(5+2)'],
  ['ip', 'ct zone set 5', 'always ⇒ zone := 5'],
  ['ip', 'meta priority set 1:2', 'always ⇒ continue'],
  ['ip', 'meta pkttype set host', 'always ⇒ pkttype := 0'],
  ['ip', 'ip ttl set 5', 'always ⇒ ttl := 5'],
  ['ip', 'ip dscp set cs1', 'always ⇒ tos := ((tos & 3) | (8 << 2))'],
  ['ip', 'ip daddr set 10.0.0.1', 'always ⇒ dst := 167772161'],
  ['inet', 'tcp dport set 80', 'proto 6 ⇒ dport := 80'],
  ['inet', '@th,16,16 set 80', 'proto 6,17,132,33,136,1,58 ⇒ dport := 80'],
  ['ip', '@nh,128,32 set 0x0a000001', 'always ⇒ dst := 167772161'],
  ['inet', '@nh,128,32 set 0x0a000001', 'always ⇒ ask(unknown: continue/drop)'],
  ['ip', 'ip protocol set tcp', 'always ⇒ ask(unknown: continue/drop)'],
  ['inet', 'udp checksum set 0', 'proto 17 ⇒ ask(unknown: continue/drop) (IPv6 only)'],
  ['inet', 'tcp checksum set 5', 'proto 6 ⇒ ask(unknown: continue/drop)'],
  ['inet', 'tcp sequence set 5', 'proto 6 ⇒ ask(unknown: continue/drop)'],
  ['inet', 'tcp option maxseg size set 1400', 'proto 6 ⇒ continue'],
  ['inet', 'tcp option maxseg size set rt mtu', 'proto 6 ⇒ continue'],
  ['inet', 'ether saddr set 00:11:22:33:44:55', 'iiftype 1 ⇒ srcMac := 73588229205'],
  [
    'ip',
    'meta mark set 0x1 tcp dport 80 ct state new counter accept',
    'always ⇒ mark mask=4294967295 value=1; [proto 6 & dport 80]; [ctstate any 8]; accept',
  ],
];

const nat: readonly Row[] = [
  ['ip', 'dnat to 10.0.0.1', 'always ⇒ dnat minIp=167772161 maxIp=167772161'],
  ['ip', 'tcp dport 80 dnat to 10.0.0.1:8080', 'proto 6 & dport 80 ⇒ dnat minIp=167772161 maxIp=167772161 minPort=8080 maxPort=8080'],
  ['ip', 'dnat to 10.0.0.1-10.0.0.9 persistent', 'always ⇒ dnat minIp=167772161 maxIp=167772169 persistent'],
  ['inet', 'dnat ip to 10.0.0.1', 'always ⇒ dnat minIp=167772161 maxIp=167772161 (IPv4 only)'],
  ['inet', 'dnat ip6 to fd00::1', 'always ⇒ dnat minIp=fd00::1 maxIp=fd00::1 (IPv6 only)'],
  [
    'inet',
    'tcp dport 80 dnat ip6 to [fd00::1]:80',
    'proto 6 & dport 80 ⇒ dnat minIp=fd00::1 maxIp=fd00::1 minPort=80 maxPort=80 (IPv6 only)',
  ],
  ['ip', 'dnat to tcp dport map { 80 : 10.0.0.1, 81 : 10.0.0.2 }', 'proto 6 ⇒ type=dnat addr=dport map { 80 : 167772161, 81 : 167772162 }'],
  [
    'ip',
    'dnat to ip daddr . tcp dport map { 10.0.0.1 . 80 : 10.0.0.2 . 8080 }',
    'proto 6 ⇒ type=dnat addr=dst . dport map { 167772161 . 80 : 167772162 . 8080 }',
  ],
  [
    'ip',
    'dnat to numgen random mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }',
    'always ⇒ type=dnat addr=draw(0+2) map { 0 : 167772161, 1 : 167772162 }',
  ],
  ['ip', 'snat to 10.0.0.1', 'always ⇒ snat minIp=167772161 maxIp=167772161'],
  ['ip', 'snat to 10.0.0.1 random', 'always ⇒ snat minIp=167772161 maxIp=167772161 random'],
  [
    'ip',
    'snat prefix to ip saddr map { 10.1.0.0/24 : 10.2.0.0/24 }',
    'always ⇒ type=snat netmap addr=src map { 167837696-167837951 : 167903232-167903487 }',
  ],
  ['ip', 'masquerade', 'always ⇒ masquerade'],
  ['ip', 'meta l4proto tcp masquerade to :1000-2000 random', 'proto 6 ⇒ masquerade minPort=1000 maxPort=2000 random'],
  ['ip', 'tcp dport 80 redirect to :8080', 'proto 6 & dport 80 ⇒ redirect minPort=8080 maxPort=8080'],
  ['ip', 'redirect', 'always ⇒ redirect'],
  [
    'ip',
    'tcp dport 80 redirect to :tcp dport map { 80 : 8080 }',
    'proto 6 & dport 80 & proto 6 ⇒ type=redirect port=dport map { 80 : 8080 }',
  ],
];

const packets: readonly Row[] = [
  ['ip', 'reject', 'always ⇒ reject with=icmp-port-unreachable'],
  ['inet', 'reject', 'always ⇒ reject with=icmp-port-unreachable with6=icmp6-port-unreachable'],
  ['inet', 'reject with tcp reset', 'proto 6 ⇒ reject with=tcp-reset'],
  ['ip', 'reject with icmp host-prohibited', 'always ⇒ reject with=icmp-host-prohibited'],
  ['inet', 'reject with icmpx admin-prohibited', 'always ⇒ reject with=icmp-admin-prohibited with6=icmp6-adm-prohibited'],
  ['inet', 'reject with icmpv6 no-route', 'family 6 ⇒ reject with=icmp6-no-route'],
  ['ip', 'notrack', 'always ⇒ notrack'],
  ['ip', 'queue to 3', 'always ⇒ ask(queue: accept/drop)'],
  ['ip', 'queue flags bypass to 3', 'always ⇒ ask(queue: accept/drop)'],
  ['ip', 'tcp dport 80 tproxy to :8080', 'proto 6 & dport 80 ⇒ tproxy port=8080'],
  ['inet', 'meta l4proto tcp tproxy ip to 10.0.0.1:80', 'proto 6 ⇒ tproxy addr=167772161 port=80'],
  ['ip', 'synproxy mss 1460 wscale 7', 'always ⇒ ask(unknown: continue/drop)'],
  ['ip', 'dup to 10.0.0.1', 'always ⇒ continue'],
  ['netdev', 'fwd to "lo"', 'always ⇒ fwd dev=lo'],
  ['netdev', 'fwd ip to 10.0.0.1 device "lo"', 'always ⇒ fwd'],
  ['inet', 'reset tcp option sack-perm', 'proto 6 ⇒ continue'],
  ['ip', 'log prefix "x"', 'always ⇒ continue'],
];

const stateful: readonly Row[] = [
  ['ip', 'counter', 'always ⇒ continue'],
  ['ip', 'limit rate 5/second accept', 'ask(limit) ⇒ accept'],
  ['ip', 'limit rate over 5/second drop', 'not ask(limit) ⇒ drop'],
  ['ip', 'quota 5 mbytes accept', 'ask(quota) ⇒ accept'],
  ['ip', 'quota over 5 mbytes drop', 'not ask(quota) ⇒ drop'],
  ['ip', 'ct count over 5 drop', 'ask(connlimit) ⇒ drop'],
  ['ip', 'ct count 5 accept', 'ask(connlimit) ⇒ accept'],
  ['ip', 'add @dyn { ip saddr }', 'always ⇒ add @dyn src'],
  ['ip', 'update @dyn { ip saddr timeout 5s }', 'always ⇒ update @dyn src'],
  ['ip', 'delete @dyn { ip saddr }', 'always ⇒ delete @dyn src'],
  ['ip', 'add @dyn { ip saddr limit rate 5/second }', 'always ⇒ add @dyn src; [ask(limit)]'],
  ['ip', 'update @m4 { ip saddr : 0x5 }', 'always ⇒ update @m4 src : 5'],
  ['ip', 'meter x { ip saddr limit rate 5/second } accept', 'ask(limit) ⇒ accept'],
];

const verdicts: readonly Row[] = [
  ['inet', 'accept', 'always ⇒ accept'],
  ['inet', 'drop', 'always ⇒ drop'],
  ['inet', 'tcp dport 80 return', 'proto 6 & dport 80 ⇒ return'],
  ['inet', 'continue', 'always ⇒ continue'],
  ['inet', 'jump u', 'always ⇒ jump chain=u'],
  ['inet', 'goto u', 'always ⇒ goto chain=u'],
  ['inet', 'counter drop', 'always ⇒ drop'],
  ['inet', 'jump { accept; }', 'always ⇒ jump chain=__chain0'],
  ['ip', 'ip saddr vmap { 10.0.0.1 : drop, 10.0.0.0/8 : jump u }', 'always ⇒ src vmap { 167772161 : drop, 167772160-184549375 : jump u }'],
  ['ip', 'ip saddr vmap @v4', 'always ⇒ src vmap @v4'],
  ['inet', 'tcp dport vmap { 22 : accept, 80-90 : drop }', 'proto 6 ⇒ dport vmap { 22 : accept, 80-90 : drop }'],
  ['inet', 'numgen inc mod 2 vmap { 0 : accept, 1 : drop }', 'always ⇒ draw(0+2) vmap { 0 : accept, 1 : drop }'],
];

describe.each(Object.entries({ mangle, nat, packets, stateful, verdicts }))('%s', (_, rows) => {
  test.each(rows)('%s: %s', (family, rule, expected) => {
    expect(compiled(family, rule)).toBe(expected);
  });
});

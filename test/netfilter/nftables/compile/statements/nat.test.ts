import { compiledCases } from '../rows.js';

compiledCases('nat', [
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
]);

import { compiledCases } from '../rows.js';

compiledCases('what becomes of the packet', [
  ['ip', 'notrack', 'always ⇒ notrack'],
  ['ip', 'queue to 3', 'always ⇒ ask(queue: accept/drop)'],
  ['ip', 'queue flags bypass to 3', 'always ⇒ ask(queue: accept/drop)'],
  ['ip', 'tcp dport 80 tproxy to :8080', 'proto 6 & dport 80 ⇒ tproxy port=8080'],
  ['inet', 'meta l4proto tcp tproxy ip to 10.0.0.1:80', 'proto 6 ⇒ tproxy addr=167772161 port=80'],
  ['ip', 'synproxy mss 1460 wscale 7', 'proto 6 ⇒ gap detail=the handshake that a SYN proxy answers (synproxy mss 1460 wscale 7) rule'],
  ['ip', 'dup to 10.0.0.1', 'always ⇒ continue'],
  ['netdev', 'fwd to "lo"', 'always ⇒ fwd dev=lo'],
  ['netdev', 'fwd ip to 10.0.0.1 device "lo"', 'always ⇒ fwd'],
  ['inet', 'reset tcp option sack-perm', 'proto 6 ⇒ continue'],
  ['ip', 'log prefix "x"', 'always ⇒ continue'],
]);

compiledCases('rates, quotas, counts and sets', [
  ['ip', 'counter', 'always ⇒ continue'],
  ['ip', 'limit rate 5/second accept', 'ask(limit) ⇒ accept'],
  ['ip', 'limit rate over 5/second drop', 'not ask(limit) ⇒ drop'],
  ['ip', 'counter name tcp dport map { 80 : "c", 22 : "c" } accept', 'proto 6 & dport 80,22 ⇒ accept'],
  ['ip', 'quota name ip saddr map { 10.0.0.1 : "q" } drop', 'src 167772161 & ask(quota) ⇒ drop'],
  ['ip', 'ct helper set udp dport map { 69 : "h" } drop', 'proto 17 & dport 69 ⇒ drop'],
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
]);

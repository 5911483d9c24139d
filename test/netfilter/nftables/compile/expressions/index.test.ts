import { compiledCases } from '../rows.js';

compiledCases('routes, sockets, generators and concatenations', [
  ['ip', 'rt nexthop 10.0.0.1', 'nexthop in { 167772161 } ⇒ continue'],
  ['inet', 'rt ip6 nexthop fd00::1', 'family 6 & nexthop in { fd00::1 } ⇒ continue'],
  ['inet', 'rt mtu 1400', 'ask(unknown) ⇒ continue'],
  // another part of the key may decide, but not where the packet has no socket
  ['inet', 'socket mark . meta mark != { 1 . 5 }', 'ask(unknown) & not ask(unknown) & mark 5 ⇒ continue'],
  ['inet', 'rt ipsec . udp dport != { exists . 443 }', 'proto 17 & ask(unknown) & not ask(unknown) & dport 443 ⇒ continue'],
  ['inet', 'socket mark 1', 'ask(unknown) ⇒ continue'],
  ['inet', 'osf name "Linux"', 'ask(unknown) ⇒ continue'],
  [
    'inet',
    'ip saddr . tcp dport { 10.0.0.1 . 80, 10.0.0.0/8 . 20-60 }',
    'family 4 & proto 6 & (src 167772161 & dport 80 | src 167772160-184549375 & dport 20-60) ⇒ continue',
  ],
  ['inet', 'iifname . oifname { "a0" . "b0" }', 'in "a0" & out "b0" ⇒ continue'],
  ['ip', 'ip saddr . meta mark { 10.0.0.1 . 0x1 }', 'src 167772161 & mark 1 ⇒ continue'],
  ['inet', 'numgen random mod 3 0', 'draw(0+3) in { 0 } ⇒ continue'],
  ['inet', 'jhash ip saddr mod 2 1', 'family 4 & draw(0+2) in { 1 } ⇒ continue'],
]);

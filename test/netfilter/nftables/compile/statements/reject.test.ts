import { compiledCases } from '../rows.js';

compiledCases('reject', [
  ['ip', 'reject', 'always ⇒ reject with=icmp-port-unreachable'],
  ['inet', 'reject', 'always ⇒ reject with=icmp-port-unreachable with6=icmp6-port-unreachable'],
  ['inet', 'reject with tcp reset', 'proto 6 ⇒ reject with=tcp-reset'],
  ['ip', 'reject with icmp host-prohibited', 'always ⇒ reject with=icmp-host-prohibited'],
  ['inet', 'reject with icmpx admin-prohibited', 'always ⇒ reject with=icmp-admin-prohibited with6=icmp6-adm-prohibited'],
  ['inet', 'reject with icmpv6 no-route', 'family 6 ⇒ reject with=icmp6-no-route'],
  // what such an answer needs is asked first, unless the rule has said so itself
  ['inet', 'meta mark set 1 reject with tcp reset', 'proto 6 ⇒ mark mask=4294967295 value=1; reject with=tcp-reset'],
  [
    'inet',
    'meta mark set 1 tcp dport 22 reject with tcp reset',
    'always ⇒ mark mask=4294967295 value=1; [proto 6 & dport 22]; reject with=tcp-reset',
  ],
  [
    'ip6',
    'meta mark set 1 meta l4proto tcp reject with tcp reset',
    'always ⇒ mark mask=4294967295 value=1; [proto 6]; reject with=tcp-reset',
  ],
  ['inet', 'meta mark set 1 reject with icmp host-prohibited', 'family 4 ⇒ mark mask=4294967295 value=1; reject with=icmp-host-prohibited'],
  [
    'inet',
    'meta mark set 1 meta nfproto ipv4 reject with icmp host-prohibited',
    'always ⇒ mark mask=4294967295 value=1; [ctfamily 2]; reject with=icmp-host-prohibited',
  ],
  [
    'inet',
    'meta mark set 1 meta protocol ip reject with icmp host-prohibited',
    'family 4 ⇒ mark mask=4294967295 value=1; [ethertype 2048]; reject with=icmp-host-prohibited',
  ],
  ['inet', 'ct packets > 1 reject with tcp reset', 'proto 6 & ctdir 0-1 & ask(unknown) ⇒ reject with=tcp-reset'],
]);

import { compiledCases } from '../rows.js';

compiledCases('reject', [
  ['ip', 'reject', 'always ⇒ reject with=icmp-port-unreachable'],
  ['inet', 'reject', 'always ⇒ reject with=icmp-port-unreachable with6=icmp6-port-unreachable'],
  ['inet', 'reject with tcp reset', 'proto 6 ⇒ reject with=tcp-reset'],
  ['ip', 'reject with icmp host-prohibited', 'always ⇒ reject with=icmp-host-prohibited'],
  ['inet', 'reject with icmpx admin-prohibited', 'always ⇒ reject with=icmp-admin-prohibited with6=icmp6-adm-prohibited'],
  ['inet', 'reject with icmpv6 no-route', 'family 6 ⇒ reject with=icmp6-no-route'],
]);

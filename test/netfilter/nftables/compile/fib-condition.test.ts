import { compiledCases } from './rows.js';

compiledCases('fib', [
  ['inet', 'fib daddr type local', 'dst is LOCAL ⇒ continue'],
  ['inet', 'fib daddr type != { local, broadcast }', 'not fib(type daddr) in { 2, 3 } ⇒ continue'],
  ['ip', 'fib daddr type { unicast, broadcast }', 'dst is UNICAST,BROADCAST ⇒ continue'],
  ['inet', 'fib saddr . iif oif missing', 'fib(check saddr.iif) in { 0 } ⇒ continue'],
  ['inet', 'fib daddr . iif type local', 'dst is LOCAL by in ⇒ continue'],
  ['inet', 'fib daddr oifname "b0"', 'fib(oifname daddr) in { "b0" } ⇒ continue'],
]);

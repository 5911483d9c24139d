import { compiledCases } from './rows.js';

compiledCases('verdicts', [
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
]);

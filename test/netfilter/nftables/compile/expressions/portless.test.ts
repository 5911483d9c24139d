import { compiledCases } from '../rows.js';

compiledCases('ports of any transport', [
  ['inet', 'th dport 53', 'proto 6,17,132,33,136 & dport 53 ⇒ continue'],
  ['inet', '@th,16,16 80', 'proto 6,17,132,33,136 & dport 80 ⇒ continue'],
]);

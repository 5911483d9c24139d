import { compiledCases } from './rows.js';

compiledCases('a rule of several conditions and effects', [
  [
    'ip',
    'meta mark set 0x1 tcp dport 80 ct state new counter accept',
    'always ⇒ mark mask=4294967295 value=1; [proto 6 & dport 80]; [ctstate any 8]; accept',
  ],
]);

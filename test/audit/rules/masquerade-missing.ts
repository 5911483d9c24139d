import { edit } from '../hosts.js';
import { firesInDoubt, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('masquerade-missing', [
  firesInDoubt(
    'nat is flushed',
    D28,
    [
      edit('host/iptables-save.txt', (t) =>
        t.replace(/(\*nat\n)[^]*?COMMIT/, '$1:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT'),
      ),
    ],
    ['medium', 'appnet (IPv4)', 'bridge (IPv4)'],
  ),
  quiet('as recorded', D28, []),
]);

import { container, edit } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('loopback-dns', [
  fires('a loopback resolver', D28, [container('web', (c) => (c.HostConfig['Dns'] = ['127.0.0.53']))], ['medium', 'web 127.0.0.53']),
  fires(
    'the rules of 127.0.0.11 are gone',
    D28,
    [
      edit(
        'netns/app/iptables-save.txt',
        () => '*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n',
      ),
    ],
    ['medium', 'app 127.0.0.11'],
  ),
  quiet('as recorded', D28, []),
]);

import { edit } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D20, D28 } from './changes.js';

export default casesOf('localhost-publish-reachable', [
  fires('Docker 20', D20, [], ['high', 'admin 127.0.0.1:9090/tcp']),
  fires(
    'Docker 28 without its raw rules',
    D28,
    [edit('host/iptables-save.txt', (t) => t.replace(/^.*-A PREROUTING -d (127|172\.17\.0\.3).* -j DROP\n/gm, ''))],
    ['high', 'admin 127.0.0.1:9090/tcp'],
  ),
  quiet('Docker 28', D28, []),
]);

import { edit } from '../hosts.js';
import { fires, firesInDoubt, quiet, casesOf } from './case.js';
import { D20, D28, forwardAccept } from './changes.js';

export default casesOf('forward-policy-accept', [
  firesInDoubt(
    'opens networks',
    D20,
    [
      edit('host/iptables-save.txt', (t) =>
        t
          .replace(':FORWARD DROP', ':FORWARD ACCEPT')
          .replace(/^.*-A DOCKER-ISOLATION-STAGE-2 .*\n/gm, '')
          .replace(/^.*-A FORWARD -i \S+ ! -o .*\n/gm, ''),
      ),
    ],
    ['medium', 'IPv4 filter FORWARD'],
  ),
  fires('opens nothing', D28, [forwardAccept], ['info', 'IPv4 filter FORWARD']),
  quiet('drops', D28, []),
]);

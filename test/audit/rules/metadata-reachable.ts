import { edit, rule } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, DUAL } from './changes.js';

export default casesOf('metadata-reachable', [
  fires(
    'as recorded',
    DUAL,
    [],
    [
      'medium',
      'peer6 → 169.254.169.254',
      'peer6 → fd00:ec2::254',
      'v4only → 169.254.169.254',
      'web6 → 169.254.169.254',
      'web6 → fd00:ec2::254',
    ],
  ),
  fires(
    'on a cloud machine',
    D28,
    [edit('meta.json', (t) => t.replace('6.18.44-fc-v595', '6.1.0-32-cloud-amd64'))],
    ['high', ...['admin', 'app', 'db', 'pinned', 'web'].map((c) => `${c} → 169.254.169.254`)],
  ),
  quiet('dropped in DOCKER-USER', D28, [rule('filter', '-A DOCKER-USER -d 169.254.169.254/32 -j DROP')]),
]);

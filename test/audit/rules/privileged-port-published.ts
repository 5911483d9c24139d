import { container } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('privileged-port-published', [
  fires(
    'web server',
    D28,
    [
      container(
        'web',
        (c) =>
          (c.NetworkSettings['Ports'] = {
            '80/tcp': [
              { HostIp: '0.0.0.0', HostPort: '80' },
              { HostIp: '::', HostPort: '80' },
            ],
          }),
      ),
    ],
    ['info', 'web 80/tcp'],
  ),
  quiet('a low port of the container', D28, []),
]);

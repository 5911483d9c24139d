import { container } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('net-admin', [
  fires('reached', D28, [container('web', (c) => (c.HostConfig['CapAdd'] = ['CAP_NET_ADMIN']))], ['high', 'web']),
  fires('not reached', D28, [container('db', (c) => (c.HostConfig['CapAdd'] = ['NET_RAW']))], ['low', 'db']),
  quiet('another capability', D28, [container('web', (c) => (c.HostConfig['CapAdd'] = ['NET_BIND_SERVICE']))]),
]);

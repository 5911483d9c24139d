import { container } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('privileged', [
  fires('reached', D28, [container('web', (c) => (c.HostConfig['Privileged'] = true))], ['high', 'web']),
  fires('not reached', D28, [container('db', (c) => (c.HostConfig['Privileged'] = true))], ['medium', 'db']),
  quiet('as recorded', D28, []),
]);

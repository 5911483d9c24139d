import { container } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, socket, dropAll, dropInput6, dropInput } from './changes.js';

export default casesOf('docker-socket-mounted', [
  fires('read-only in a container that is reached', D28, [socket], ['critical', 'web']),
  fires('in a container that nobody reaches', D28, [socket, dropAll, dropInput6, dropInput], ['high', 'web']),
  quiet('another socket', D28, [
    container('web', (c) => (c['Mounts'] = [{ Type: 'bind', Source: '/var/run/app.sock', Destination: '/app.sock', RW: true }])),
  ]),
]);

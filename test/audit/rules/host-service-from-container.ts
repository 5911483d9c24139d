import { rule } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, listen, hostNetwork } from './changes.js';

export default casesOf('host-service-from-container', [
  fires(
    'closed to the internet',
    D28,
    [listen('0.0.0.0:9100', 'node_exporter'), rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 9100 -j DROP')],
    ['medium', 'host 9100/tcp'],
  ),
  fires(
    'on loopback, beside a container on the host network',
    D28,
    [listen('127.0.0.1:6010', 'sshd'), hostNetwork],
    ['medium', 'host 127.0.0.1:6010/tcp'],
  ),
  quiet('open to everybody', D28, []),
  quiet('on loopback', D28, [listen('127.0.0.1:6010', 'sshd')]),
]);

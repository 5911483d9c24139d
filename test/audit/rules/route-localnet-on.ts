import { sysctl } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, listen } from './changes.js';

export default casesOf('route-localnet-on', [
  fires('reaches a listener', D28, [sysctl('net.ipv4.conf.up0.route_localnet', '1'), listen('127.0.0.1:6010', 'sshd')], ['medium', 'up0']),
  fires('reaches nothing', D28, [sysctl('net.ipv4.conf.docker0.route_localnet', '1')], ['low', 'docker0']),
  quiet('off', D28, []),
]);

import { sysctl } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, DUAL } from './changes.js';

export default casesOf('ipv6-ra-accepted', [
  fires('containers with IPv6', DUAL, [], ['medium', 'peer6 eth0', 'web6 eth0']),
  fires('a bridge', D28, [sysctl('net.ipv6.conf.docker0.accept_ra', '2')], ['medium', 'host docker0']),
  quiet('IPv6 is off in the containers', D28, []),
]);

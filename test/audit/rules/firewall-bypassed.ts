import { rule } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, dropInput } from './changes.js';

export default casesOf('firewall-bypassed', [
  fires('INPUT drops', D28, [dropInput], ['high', 'app 5353/udp', 'app 8443/tcp', 'pinned 198.51.100.10:6379/tcp', 'web 8080/tcp']),
  quiet('no firewall', D28, []),
  quiet('the firewall accepts the same', D28, [dropInput, rule('filter', '-A INPUT -i up0 -j ACCEPT')]),
]);

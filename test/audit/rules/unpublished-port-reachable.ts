import { rule } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D20 } from './changes.js';

export default casesOf('unpublished-port-reachable', [
  fires('FORWARD accepts', D20, [rule('filter', '-A FORWARD -i up0 -j ACCEPT')], ['high', 'db 53/udp', 'db 5432/tcp']),
  quiet('as recorded', D20, []),
]);

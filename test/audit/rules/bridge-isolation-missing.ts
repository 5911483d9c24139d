import { fires, quiet, casesOf } from './case.js';
import { D20, POLICY, acceptFirst } from './changes.js';

export default casesOf('bridge-isolation-missing', [
  fires('an earlier accept', D20, [acceptFirst], ['high', 'app 443/tcp', 'app 53/udp', 'db 53/udp', 'db 5432/tcp', 'pinned 6379/tcp']),
  quiet('a container on both networks', POLICY, []),
]);

import { fires, quiet, casesOf } from './case.js';
import { D28, DUAL } from './changes.js';

export default casesOf('icc-default-bridge', [
  fires('two containers', D28, [], ['low', 'admin 80/tcp', 'web 80/tcp']),
  quiet('one container', DUAL, [], 'not applicable'),
]);

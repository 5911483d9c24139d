import { fires, quiet, casesOf } from './case.js';
import { DUAL, POLICY } from './changes.js';

export default casesOf('default-bridge-used', [
  fires('one container', DUAL, [], ['info', 'v4only']),
  quiet('networks of their own', POLICY, []),
]);

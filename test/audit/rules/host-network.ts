import { fires, quiet, casesOf } from './case.js';
import { D28, hostNetwork } from './changes.js';

export default casesOf('host-network', [
  fires('shares it', D28, [hostNetwork], ['medium', 'web']),
  quiet('as recorded', D28, []),
  quiet(
    'nothing of Docker listed',
    D28,
    [(files) => files.delete('docker/containers.json'), (files) => files.delete('docker/networks.json')],
    'undetermined',
  ),
]);

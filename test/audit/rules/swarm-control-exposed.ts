import { firesInDoubt, quiet, casesOf } from './case.js';
import { D28, listen, swarm, dropInput } from './changes.js';

export default casesOf('swarm-control-exposed', [
  firesInDoubt(
    'open',
    D28,
    [swarm(3), listen('*:2377', 'dockerd'), listen('*:7946', 'dockerd'), listen('0.0.0.0:4789', '', 'udp')],
    ['high', 'host 2377/tcp', 'host 4789/udp', 'host 7946/tcp'],
  ),
  firesInDoubt('from the other nodes only', D28, [swarm(3), listen('0.0.0.0:2377', 'dockerd'), dropInput], ['info', 'host 2377/tcp']),
  quiet('no swarm', D28, [listen('*:7946', 'serf')], 'not applicable'),
]);

import { fires, quiet, casesOf } from './case.js';
import { D28, info, overlay, swarm } from './changes.js';

export default casesOf('overlay-unencrypted', [
  fires('three nodes', D28, [swarm(3), overlay({})], ['medium', 'ov']),
  quiet('encrypted', D28, [swarm(3), overlay({ encrypted: '' })]),
  fires('one node', D28, [swarm(1), overlay({})], ['info', 'ov']),
  quiet(
    'a worker knows no count',
    D28,
    [info((v) => (v['Swarm'] = { LocalNodeState: 'active', NodeID: 'b' })), overlay({})],
    'undetermined',
  ),
]);

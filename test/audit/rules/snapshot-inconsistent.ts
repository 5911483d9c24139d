import { edit, rule } from '../hosts.js';
import { fires, firesInDoubt, quiet, casesOf } from './case.js';
import { D28, ingress } from './changes.js';

export default casesOf('snapshot-inconsistent', [
  fires(
    'DNAT to nobody',
    D28,
    [rule('nat', '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8099 -j DNAT --to-destination 172.17.0.99:80')],
    ['medium', '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8099 -j DNAT --to-destination 172.17.0.99:80'],
  ),
  firesInDoubt(
    'a published port without its rule',
    D28,
    [edit('host/iptables-save.txt', (t) => t.replace(/^.*--dport 8080 -j DNAT.*\n/m, ''))],
    ['medium', 'host/iptables-save.txt'],
    ['medium', 'web 8080/tcp'],
  ),
  {
    name: 'no list of containers',
    host: D28,
    changes: [(files) => files.delete('docker/containers.json')],
    found: [
      ['medium', 'containers'],
      ['medium', 'docker/info.json'],
    ],
    state: 'undetermined',
  },
  {
    name: 'an empty list of containers',
    host: D28,
    changes: [edit('docker/containers.json', () => '[]\n')],
    found: [
      ['medium', 'containers'],
      ['medium', 'docker/info.json'],
    ],
    state: 'undetermined',
  },
  quiet('as recorded', D28, []),
  quiet('the ingress of a swarm', 'swarm20', ingress),
  quiet("rules of the operator's for whole addresses", 'nat20', []),
]);

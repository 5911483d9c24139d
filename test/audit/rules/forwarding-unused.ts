import { edit } from '../hosts.js';
import { quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('forwarding-unused', [
  {
    name: 'no container runs',
    host: D28,
    changes: [
      edit('docker/containers.json', () => '[]'),
      ...['host/ip-addr.json'].map((f) =>
        edit(f, (t) => JSON.stringify((JSON.parse(t) as { ifname: string }[]).filter((i) => !i.ifname.startsWith('veth')))),
      ),
    ],
    found: [['low', 'net.ipv4.ip_forward']],
    // namespaces and rules are left of them, so that the empty list is in doubt
    state: 'undetermined',
  },
  quiet('containers run', D28, []),
]);

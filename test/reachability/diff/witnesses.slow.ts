import { describe, expect, it } from 'vitest';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { machineOf } from '../hosts.js';
import { holds } from './holds.js';

const COMMANDS = [
  'iptables -I FORWARD -s 203.0.113.0/24 -j DROP',
  'iptables -t nat -F',
  'iptables -I INPUT -p tcp --dport 22 -j REJECT',
  'iptables -F FORWARD',
  'iptables -P FORWARD ACCEPT',
  'iptables -I INPUT -i up0 -p tcp --sport 1024:2000 -j DROP',
];

describe.each(['docker20-bridge', 'ufw20', 'nat20', 'fw26'])('each change of %s is shown by a flow that fares otherwise', (name) => {
  it.each(COMMANDS)('%s', async (command) => {
    const hosts = [await machineOf(name), await machineOf(name, command)] as const;
    const { changes } = diffReachability(...hosts);
    // of what is unknown on a side nothing is shown; a port that nobody listens on may be redirected to one where somebody does
    const shown = changes.filter(
      ({ kind, service, before, after }) => kind !== 'undecided' && ![before, after].includes('unknown') && !service.includes(':other/'),
    );
    expect(shown.filter((change) => !holds(change, hosts))).toEqual([]);
  });
});

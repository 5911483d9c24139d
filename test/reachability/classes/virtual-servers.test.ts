import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { PacketSets } from '../../../src/reachability/packet-sets.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const SIGN = { filter: ['-A INPUT -m ipvs --ipvs -j ACCEPT'] };
const SERVERS = '-A -t 192.0.2.10:80 -s rr\n-a -t 192.0.2.10:80 -r 172.17.0.2:80 -m -w 1\n';

const HOSTS = [
  ['virtual servers', { files: { 'ipvs-save.txt': SERVERS } }, ['connected', 'unknown', 'refused', 'refused']],
  ['signs of them alone', { iptables: SIGN }, ['connected', 'unknown', 'unknown', 'unknown']],
] as const;

test.each(HOSTS)('%s part ports: what one takes says nothing of a port beside it', (_, changes, outcomes) => {
  const host = buildHost(lab({ listen: ['tcp 0.0.0.0:22'], ...changes }));
  const asked = [22, 80, 81, 24].map((dport) => ({ from: '203.0.113.8', to: '192.0.2.10', proto: 'tcp', sport: 40000, dport }) as const);
  for (const order of [asked, [...asked].reverse()]) {
    const machine = createMachine(host);
    const sets = new PacketSets(createMachine(host));
    const found = new Map(order.map((flow) => [flow.dport, [traceFlow(machine, flow).outcome, sets.of(flow).outcomes]]));
    expect(asked.map(({ dport }) => found.get(dport))).toEqual(outcomes.map((outcome) => [outcome, [outcome]]));
  }
});

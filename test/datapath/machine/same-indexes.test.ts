import { describe, expect, test } from 'vitest';
import { createMachine, findPeers, traceFlow } from '../../../src/datapath/index.js';
import type { Host } from '../../../src/model/host.js';
import { recorded } from '../../reachability/hosts.js';

/** With a namespace of the same interfaces and indexes as the host's own, as Docker in a container has. */
function withDouble(host: Host): Host {
  const own = host.netns.get('host')!;
  const interfaces = own.interfaces.filter((i) => i.name !== 'up0').map((iface) => ({ ...iface, addresses: [] }));
  return { ...host, netns: new Map([...host.netns, ['dind', { ...own, name: 'dind', interfaces, sockets: [], rulesets: [] }]]) };
}

describe('a namespace of the same indexes as the host', async () => {
  const host = await recorded('docker28-bridge');
  const asked = [
    { from: 'web', to: 'db', proto: 'tcp', dport: 80 },
    { from: 'host', to: 'web', proto: 'tcp', dport: 80 },
    { from: 'web', to: '203.0.113.8', proto: 'tcp', dport: 443 },
  ] as const;

  test('takes none of the devices that Docker joined to a bridge of the host', () => {
    expect(findPeers(withDouble(host))).toEqual(findPeers(host));
    const [one, two] = [createMachine(host), createMachine(withDouble(host))];
    for (const flow of asked) expect(traceFlow(two, flow).outcome).toBe(traceFlow(one, flow).outcome);
  });

  test('leaves open where a device leads that docker inspect does not tell of', () => {
    const machine = createMachine(withDouble({ ...host, containers: [], networks: [] }));
    const reasons = asked.map((flow) => traceFlow(machine, flow)).map(({ outcome, reason }) => `${outcome}: ${reason}`);
    expect(reasons).toMatchInlineSnapshot(`
      [
        "unknown: the path goes on in what the snapshot lacks: which of host's vethc92771c and dind's vethc92771c web's eth0 is joined to: their indexes fit alike (\`ip -d link\`)",
        "unknown: the path goes on in what the snapshot lacks: which of host's vethc92771c and dind's vethc92771c web's eth0 is joined to: their indexes fit alike (\`ip -d link\`)",
        "unknown: the path goes on in what the snapshot lacks: which of host's vethc92771c and dind's vethc92771c web's eth0 is joined to: their indexes fit alike (\`ip -d link\`)",
      ]
    `);
  });
});

import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../../reachability/hosts.js';

/** Who asks for an address of its own overlay network that no node is told to have. */
const ASKED: readonly (readonly [string, string])[] = [
  ['shop.1.3lh6eip8fddm9scwyvk3pazk4', '10.22.0.200'],
  ['ingress_sbox', '10.0.0.200'],
];

test.each(ASKED)('%s → %s: nobody answers, and nothing leaves by the tunnel', (from, to) => {
  const trace = traceFlow(createMachine(loadFiles(folderFiles('../nft-hosts/swarm-ingress'))), { from, to, proto: 'tcp', dport: 80 });
  expect([trace.outcome, trace.steps.some((step) => step.kind === 'leave')]).toEqual(['unreachable', false]);
  expect(trace.reason).toContain(`answers for ${to}`);
});

type Network = Record<string, unknown>;

/** swarm20 is the only node of its overlays: of `ov` a service has an address of its own, which no listing shows; of `ovint` none has. */
function outcome(from: string, to: string, change: (network: Network) => void): string {
  const files = new Map(folderFiles('swarm20'));
  // what docker network inspect prints
  const networks = JSON.parse(files.get('docker/networks.json') ?? '[]') as Network[];
  networks.forEach(change);
  files.set('docker/networks.json', JSON.stringify(networks));
  return traceFlow(createMachine(loadFiles(files)), { from, to, proto: 'tcp', dport: 80 }).outcome;
}

const same = (): void => undefined;

test.each<readonly [string, string, string, string, (network: Network) => void]>([
  ['nobody, where all who are there are listed', 'oi1', '10.6.0.99', 'unreachable', same],
  ['a container', 'oi1', '10.6.0.12', 'connected', same],
  ["Docker's load balancer", 'oi1', '10.6.0.2', 'unknown', same],
  ['the gateway', 'oi1', '10.6.0.1', 'unknown', same],
  ["what may be a service's", 'ov1', '10.5.0.99', 'unknown', same],
  [
    'another node',
    'oi1',
    '10.6.0.99',
    'unknown',
    (one) =>
      (one['Peers'] = [
        { Name: 'a', IP: '198.51.100.10' },
        { Name: 'b', IP: '198.51.100.11' },
      ]),
  ],
  ['one node, which is another', 'oi1', '10.6.0.99', 'unknown', (one) => (one['Peers'] = [{ Name: 'b', IP: '198.51.100.11' }])],
  ['nodes that are not told', 'oi1', '10.6.0.99', 'unknown', (one) => delete one['Peers']],
])('%s', (_, from, to, expected, change) => expect(outcome(from, to, change)).toBe(expected));

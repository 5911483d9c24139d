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

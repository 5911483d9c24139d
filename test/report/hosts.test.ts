import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { TRACE_REPORTS } from '../../src/report/trace/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

/** Recorded hosts and flows whose reports are kept as they should read. */
const FLOWS: readonly (readonly [name: string, host: string, flow: FlowRequest])[] = [
  ['ping-out', 'docker28-bridge', { from: 'web', to: '8.8.8.8' }],
  ['published-port', 'docker28-bridge', { from: '198.51.100.1', to: '198.51.100.10', dport: 8080 }],
  ['through-docker-proxy', 'docker28-bridge', { from: 'web', to: '198.51.100.10', dport: 8443 }],
  ['no-listener', 'docker28-bridge', { from: 'host', to: 'web', dport: 9 }],
  ['isolated', 'docker28-bridge', { from: 'app', to: 'web', dport: 80 }],
  ['forward-policy', 'docker20-bridge', { from: '198.51.100.1', to: 'web', dport: 9 }],
];

describe.each(FLOWS)('%s', (name, host, flow) => {
  it.each(['text', 'md', 'kernel-trace'])('as %s', async (format) => {
    const machine = createMachine(await loadSnapshot(fileURLToPath(new URL(`../../fixtures/hosts/${host}`, import.meta.url))));
    const report = await TRACE_REPORTS.get(format)?.();
    const text = report?.render(traceFlow(machine, flow), { verbose: false, color: false });
    await expect(text).toMatchFileSnapshot(`golden/hosts/${name}.${format}.txt`);
  });
});

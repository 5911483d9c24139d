import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { report } from '../../../src/report/trace/kernel-trace.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';

const RECORDED = fileURLToPath(new URL('../../../fixtures/monitor/local-dnat/', import.meta.url));

/**
 * TRACE lines without packet ids and rule handles, which no prediction knows. iptables-nft-save lists built-in chains that the kernel has not got
 * yet, whose policies only the prediction tells: `policy ACCEPT` is left out.
 */
function comparable(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith(' TRACE: ') && !line.endsWith(':policy:ACCEPT '))
    .map((line) => line.replace(/^( TRACE: \d+) [0-9a-f]+ /, '$1 ').replace(/:rule:0x[0-9a-f]+:/, ':rule:'));
}

it('predicts the lines that xtables-monitor printed', async () => {
  const machine = createMachine(await loadSnapshot(RECORDED));
  const predicted = report.render(traceFlow(machine, { from: 'host', to: '127.0.0.1', dport: 80 }), { verbose: true, color: false });
  const recorded = comparable(readFileSync(`${RECORDED}xtables-monitor.log`, 'utf8'));
  expect(recorded).toHaveLength(9);
  expect(comparable(predicted)).toEqual(recorded);
});

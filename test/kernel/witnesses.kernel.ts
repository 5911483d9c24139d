import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { claimOf, planInput } from '../../src/commands/verify.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { verify } from '../../src/kernel/verify.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { cellWitness, reachabilityMatrix } from '../../src/reachability/matrix.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { whyNoTwin } from './machine.js';
import { AGENT } from './trial.js';

const HOSTS = fileURLToPath(new URL('../../fixtures/hosts/', import.meta.url));
/** Source ports by which flows sent at once are told apart. */
const FIRST_PORT = 40_000;

/** The witness of every cell, each flow once. */
function witnesses(machine: Machine): readonly FlowRequest[] {
  const matrix = reachabilityMatrix(machine, { unlistened: false });
  const found = new Map<string, FlowRequest>();
  matrix.sources.forEach((_, s) => {
    matrix.services.forEach((__, v) => {
      const witness = cellWitness(matrix, s, v);
      found.set(JSON.stringify(witness), witness);
    });
  });
  return [...found.values()];
}

const why = await whyNoTwin();

describe.skipIf(why !== undefined)('the matrix', () => {
  it.each([
    ['docker28-bridge'],
    ['docker26-bridge'],
    ['docker20-bridge'],
    ['docker28-dual'],
    ['fw26'],
    ['nat20'],
    ['fwd20'],
    ['policy20'],
    ['reject20'],
  ])('of %s is explained by flows that a kernel confirms', { timeout: 300_000 }, async (name) => {
    const host = await loadSnapshot(`${HOSTS}${name}`);
    const machine = createMachine(host);
    const claims = witnesses(machine).map((flow, i) => claimOf(machine, { sport: FIRST_PORT + i, ...flow, id: `w${i}` }));
    const { flows, untried } = await verify(host, planInput(machine), claims, { agent: AGENT });
    const parted = flows.filter((f) => !f.comparison.agrees).map((f) => ({ flow: f.flow, comparison: f.comparison }));
    process.stdout.write(`${name}: ${flows.length} witnesses\n`);
    expect({ parted, untried }).toEqual({ parted: [], untried: [] });
  });
});

import { describe, expect, it } from 'vitest';
import { claimOf, planInput } from '../../src/commands/verify.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { verify } from '../../src/kernel/verify.js';
import type { Host } from '../../src/model/host.js';
import type { FlowRequest } from '../../src/model/trace.js';
import type { Unproven } from '../../src/model/verification.js';
import { cellWitness, reachabilityMatrix } from '../../src/reachability/matrix.js';
import { loadFiles, loadSnapshot } from '../../src/snapshot/load.js';
import { generate } from './generate/index.js';
import { abilities, whyNoTwin } from './machine.js';
import { recordedHosts } from './recorded-hosts.js';
import { AGENT, tryScenario } from './trial.js';

/** Source ports by which flows sent at once are told apart. */
const FIRST_PORT = 40_000;
const SEED = Number(process.env['KERNEL_SEED'] ?? Math.floor(Math.random() * 1e9));
/** A host that sends to one of its own networks by an uplink: who is outside has an address of an inside network. */
const ASTRIDE = 7100;
const RANDOM_HOSTS = Number(process.env['KERNEL_WITNESSED'] ?? 12);

/** The witness of every cell, each flow once. */
function witnesses(machine: Machine): readonly FlowRequest[] {
  const matrix = reachabilityMatrix(machine);
  const found = new Map<string, FlowRequest>();
  matrix.sources.forEach((_, s) => {
    matrix.services.forEach((__, v) => {
      const witness = cellWitness(matrix, s, v);
      found.set(JSON.stringify(witness), witness);
    });
  });
  return [...found.values()];
}

/** What the kernel does otherwise with the witnesses of a host's matrix, and which of them were not sent. */
async function sendAll(name: string, host: Host): Promise<{ readonly parted: readonly unknown[]; readonly untried: readonly Unproven[] }> {
  const machine = createMachine(host);
  const claims = witnesses(machine).map((flow, i) => claimOf(machine, { sport: FIRST_PORT + i, ...flow, id: `w${i}` }));
  const { flows, untried } = await verify(host, planInput(machine), claims, { agent: AGENT });
  process.stdout.write(`${name}: ${flows.length} witnesses, ${untried.length} not sent\n`);
  return { parted: flows.filter((f) => !f.comparison.agrees).map((f) => ({ flow: f.flow, comparison: f.comparison })), untried };
}

const why = await whyNoTwin();

describe.skipIf(why !== undefined)('the matrix', () => {
  it.each(recordedHosts())('of %s is explained by flows that a kernel confirms', { timeout: 300_000 }, async (name, folder) => {
    expect(await sendAll(name, await loadSnapshot(folder))).toEqual({ parted: [], untried: [] });
  });

  it.each([ASTRIDE, ...Array.from({ length: RANDOM_HOSTS }, (_, i) => SEED + i)])(
    'of the random host %i is explained by flows that a kernel confirms',
    { timeout: 300_000 },
    async (seed) => {
      const { files } = await tryScenario(generate(seed, 1, await abilities()));
      const { parted, untried } = await sendAll(`random host ${seed}`, loadFiles(files, []));
      expect(parted).toEqual([]);
      // a source of one family and a service of the other have no flow between them
      expect(untried.filter((one) => !one.why.endsWith('have no address family in common'))).toEqual([]);
    },
  );
});

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { planInput, senderOf } from '../../src/commands/verify.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { verify } from '../../src/kernel/verify.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { readRecording, requestOf } from '../support/recording.js';
import { whyNoTwin } from './machine.js';
import { AGENT } from './trial.js';

const HOSTS = fileURLToPath(new URL('../../fixtures/hosts/', import.meta.url));

const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`recorded hosts are not rebuilt: ${why}\n`);

describe.skipIf(why !== undefined)('recorded hosts, rebuilt', () => {
  it.each(readdirSync(HOSTS).map((name) => [name]))(
    '%s: the kernel does what the datapath predicts',
    { timeout: 120_000 },
    async (name) => {
      const host = await loadSnapshot(`${HOSTS}${name}`);
      const machine = createMachine(host);
      const claims = readRecording(`${HOSTS}${name}`).map((recorded, i) => {
        const request = { ...requestOf(recorded), sport: 50_000 + i };
        const trace = traceFlow(machine, request);
        return { trace, sender: senderOf(machine, request, trace) };
      });
      const { flows, gaps } = await verify(host, planInput(machine), claims, { agent: AGENT });
      const parted = flows.filter((f) => !f.comparison.agrees).map((f) => ({ flow: f.flow, comparison: f.comparison }));
      expect({ parted, gaps }).toEqual({ parted: [], gaps: [] });
    },
  );
});

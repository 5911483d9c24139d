import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/capture/collect.js';
import { buildFlows } from '../../src/capture/flows/build.js';
import { judgeFlows } from '../../src/capture/judge.js';
import { namesOf } from '../../src/capture/names.js';
import { placeOnTrace } from '../../src/capture/place/evidence.js';
import { readCapture } from '../../src/capture/read/index.js';
import { planInput, senderOf } from '../../src/commands/verify.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { KeptCapture } from '../../src/kernel/observe/keep.js';
import { verify } from '../../src/kernel/verify.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { readRecording, requestOf } from '../support/recording.js';
import { whyNoTwin } from './machine.js';
import { AGENT } from './trial.js';

const HOSTS = process.env['DTRACE_HOSTS'] ?? fileURLToPath(new URL('../../fixtures/hosts/', import.meta.url));

const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`nothing is captured: ${why}\n`);

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

describe.skipIf(why !== undefined)('recorded hosts, rebuilt and captured', () => {
  it.each(readdirSync(HOSTS).map((name) => [name]))(
    '%s: every packet is placed where it is predicted',
    { timeout: 120_000 },
    async (name) => {
      const host = await loadSnapshot(`${HOSTS}/${name}`);
      const machine = createMachine(host);
      const claims = readRecording(`${HOSTS}/${name}`).map((recorded, i) => {
        const request = { ...requestOf(recorded), sport: 50_000 + i };
        const trace = traceFlow(machine, request);
        return { request, trace, sender: senderOf(machine, request, trace) };
      });
      let kept: readonly KeptCapture[] = [];
      const { flows: verified } = await verify(host, planInput(machine), claims, {
        agent: AGENT,
        keep: (captures) => void (kept = captures),
      });
      const inputs = kept.map(({ netns, iface, pcap }) => {
        const path = `captures/${netns}/${iface}.pcap`;
        return { spec: { path, netns, iface }, batches: () => readCapture(once(pcap), path) };
      });
      const { collector, taps, sources } = await collect(inputs, host);
      const flows = [...buildFlows(collector, taps, namesOf(host))];
      const agreed = new Set(verified.filter(({ comparison }) => comparison.agrees).map(({ flow }) => flow.id));
      const astray = claims
        .filter(({ trace }) => trace.outcome !== 'unknown' && trace.packets.length > 0)
        .flatMap(({ request, trace }) => {
          const { verdict, text, hops, contradictions, stopped } = placeOnTrace(trace, { flows, sources }, { sport: request.sport }, host);
          const arrives = trace.outcome === 'connected' || trace.outcome === 'leaves-host';
          const told = arrives || trace.decidedBy === undefined || stopped?.origin === trace.decidedBy;
          if (verdict === 'confirmed' && told) return [];
          const unseen = hops
            .filter(({ status }) => status !== 'seen')
            .map(({ predicted }) => `${predicted.netns} ${predicted.iface} ${predicted.dir}`);
          return [{ id: request.id, agreed: agreed.has(request.id), outcome: trace.outcome, verdict, text, unseen, contradictions }];
        });
      expect(astray).toEqual([]);
      const impossible = judgeFlows(flows, sources, host, (request) => traceFlow(machine, request)).filter((flow) => flow.impossible);
      expect(
        impossible.map(({ client, server, proto, outcome, impossible: reasons }) => ({ client, server, proto, outcome, reasons })),
      ).toEqual([]);
    },
  );
});

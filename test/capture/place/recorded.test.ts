import { describe, expect, it } from 'vitest';
import { placeOnTrace } from '../../../src/capture/place/evidence.js';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { CaptureHop } from '../../../src/model/capture.js';
import { LABS, hostOf, questionOf, read, specsOf, truthOf } from '../lab.js';
import type { TruthPacket } from '../lab.js';

/** What the kernel let a watcher see of a flow's first packet and its answer, ICMP errors and the machine outside apart. */
function recorded(packets: readonly TruthPacket[], flow: { readonly proto: string }): ReadonlySet<string> {
  const own = packets.filter((p) => p.netns !== 'router' && p.proto === flow.proto);
  return new Set(own.filter((p) => p.proto !== 'icmp' || /^TYPE [08]\//.test(p.kind)).map(line));
}

function line({
  netns,
  iface,
  dir,
  src,
  sport,
  dst,
  dport,
}: Pick<TruthPacket, 'netns' | 'iface' | 'dir' | 'src' | 'sport' | 'dst' | 'dport'>): string {
  return [netns, iface, dir, src, sport, dst, dport].join(' ');
}

function hopLine(hop: CaptureHop): string {
  return line({ ...hop, dir: hop.dir ?? 'in' });
}

for (const lab of LABS) {
  describe(`${lab}: packets of real clients on predicted paths`, () => {
    it.each(truthOf(lab).map((truth) => [truth.flow.id, truth] as const))('%s', async (id, truth) => {
      const host = await hostOf(lab);
      const captures = await read(specsOf(lab, id), host);
      const trace = traceFlow(createMachine(host), questionOf(truth));
      const evidence = placeOnTrace(trace, captures, {}, host);
      const statuses = evidence.hops.map(({ predicted, status }) => [predicted.netns, predicted.iface, predicted.dir, status].join(' '));
      expect(statuses).toEqual(trace.packets.map(({ netns, iface, dir }) => [netns, iface, dir, 'seen'].join(' ')));
      expect({
        verdict: evidence.verdict,
        contradictions: evidence.contradictions,
        missing: evidence.missing,
        flows: evidence.flows,
      }).toEqual({
        verdict: 'confirmed',
        contradictions: [],
        missing: undefined,
        flows: 1,
      });
      const hops = new Set([...(evidence.shown?.hops ?? []), ...(evidence.beyondProxy?.hops ?? [])].map(hopLine));
      const unplaced = [...recorded(truth.packets, truth.flow)].filter((sighting) => !hops.has(sighting));
      expect(unplaced).toEqual([]);
    });
  });
}

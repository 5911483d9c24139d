import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeFlows } from '../../../src/capture/judge.js';
import { placeOnTrace } from '../../../src/capture/place/evidence.js';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { CaptureEvidence } from '../../../src/model/capture.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { readRecording, requestOf } from '../../support/recording.js';
import { read } from '../lab.js';

const FOLDER = 'fixtures/captures/hosts';

/** What the captures of a flow cannot bear out whole, and why; all the rest is confirmed. */
const OTHERWISE: ReadonlyMap<string, Pick<CaptureEvidence, 'verdict' | 'text'>> = new Map([
  [
    'macvlan20 mv1->198.51.100.77:80/tcp',
    // nobody answers for the address, which no snapshot tells
    { verdict: 'none', text: 'the captures hold no packet of this flow' },
  ],
  ['rpf20 router->172.31.0.2:80/tcp', { verdict: 'contradicted', text: 'the packet comes in by host up1, and the prediction is for up0' }],
  ['nat20 host->203.0.113.8:80/tcp', { verdict: 'not-observable', text: 'the packet crosses no interface, so no capture shows it' }],
]);

function folderOf(id: string): string {
  return id.replaceAll('/', '_').replaceAll('>', '').replaceAll(':', '_');
}

for (const name of readdirSync(FOLDER)) {
  const folders = new Set(readdirSync(`${FOLDER}/${name}`));
  const recorded = readRecording(`fixtures/hosts/${name}`).filter(({ flow }) => folders.has(folderOf(flow.id)));
  describe(`${name}: what tcpdump recorded of flows`, () => {
    it.each(recorded.map((flow) => [flow.flow.id, flow] as const))('%s', async (id, flow) => {
      const host = await loadSnapshot(`fixtures/hosts/${name}`);
      const machine = createMachine(host);
      const folder = `${FOLDER}/${name}/${folderOf(id)}`;
      const { flows, sources } = await read(
        readdirSync(folder).map((file) => `${file.slice(0, -'.pcap'.length)}:any=${folder}/${file}`),
        host,
      );
      const { verdict, text, contradictions, hops } = placeOnTrace(traceFlow(machine, requestOf(flow)), { flows, sources }, {}, host);
      const judged = judgeFlows(flows, sources, host, (request) => traceFlow(machine, request));
      const expected = OTHERWISE.get(`${name} ${id}`) ?? { verdict: 'confirmed', text: `all ${hops.length} predicted hops are seen` };
      expect({ verdict, text: text.replace(/; last seen at .*$/, '') }).toEqual(expected);
      expect(contradictions.length).toBe(verdict === 'contradicted' ? 2 : 0);
      expect(judged.flatMap(({ impossible }) => impossible ?? [])).toEqual([]);
    });
  });
}

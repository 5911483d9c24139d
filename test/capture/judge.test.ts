import { describe, expect, it } from 'vitest';
import { judgeFlows } from '../../src/capture/judge.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { LABS, hostOf, read, specsOf, truthOf } from './lab.js';

for (const lab of LABS) {
  describe(`${lab}: the snapshot of a host rules out nothing that the host did`, () => {
    it.each(truthOf(lab).map(({ flow }) => flow.id))('%s', async (id) => {
      const host = await hostOf(lab);
      const machine = createMachine(host);
      const { flows, sources } = await read(specsOf(lab, id), host);
      const judged = judgeFlows(flows, sources, host, (request) => traceFlow(machine, request));
      expect(judged.flatMap(({ client, server, impossible }) => (impossible ? [[client, server, impossible]] : []))).toEqual([]);
    });
  });
}

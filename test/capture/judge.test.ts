import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeFlows } from '../../src/capture/judge.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { loadFiles, readSnapshot } from '../../src/snapshot/load.js';
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

describe('docker20, its rules written in nftables (iptables-restore-translate, then nft list ruleset): the same', () => {
  const native = readFileSync('fixtures/captures/docker20/nft-ruleset.txt', 'utf8');

  it.each(truthOf('docker20').map(({ flow }) => flow.id))('%s', async (id) => {
    const { texts } = await readSnapshot('fixtures/captures/docker20/snapshot');
    const host = loadFiles(new Map([...texts, ['host/iptables-save.txt', '*filter\nCOMMIT\n'], ['host/nft-ruleset.txt', native]]));
    const machine = createMachine(host);
    const { flows, sources } = await read(specsOf('docker20', id), host);
    const judged = judgeFlows(flows, sources, host, (request) => traceFlow(machine, request));
    expect(judged.flatMap(({ client, server, impossible }) => (impossible ? [[client, server, impossible]] : []))).toEqual([]);
  });
});

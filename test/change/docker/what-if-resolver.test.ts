import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { whatIf } from '../../../src/change/index.js';

const HOST = new URL('../../../fixtures/hosts/docker28-bridge', import.meta.url).pathname;

it.each([
  ['docker run -d --name new --network appnet nginx', 'new', 'connected'],
  ['docker network connect appnet web', 'web', 'connected'],
  ['docker run -d --name new nginx', 'new', 'refused'],
])("%s: %s's resolver is %s", async (command, from, outcome) => {
  const machine = createMachine(whatIf(await loadSnapshot(HOST), [command]));
  const asked = (['udp', 'tcp'] as const).map((proto) => traceFlow(machine, { from, to: '127.0.0.11', proto, dport: 53 }).outcome);
  expect(asked).toEqual([outcome, outcome]);
});

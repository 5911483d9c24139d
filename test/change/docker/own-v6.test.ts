import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { Host } from '../../../src/model/host.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { whatIf } from '../../../src/change/index.js';

const FOLDER = fileURLToPath(new URL('../../../fixtures/hosts/docker28-bridge', import.meta.url));

/** The recorded host without its containers, which would tell by their own, and of another Engine, or of nobody knows which. */
async function hostOf(docker: string | undefined): Promise<Host> {
  const { meta, netns, ...host } = await loadSnapshot(FOLDER);
  const { docker: _docker, ...rest } = meta;
  const own = [...netns].filter(([name]) => name === 'host');
  return { ...host, netns: new Map(own), containers: [], meta: { ...rest, ...(docker !== undefined && { docker }) } };
}

it.each([
  ['28.5.1', 'connected', []],
  ['25.0.3', 'unreachable', []],
  [undefined, 'unknown', ['whether cache has ::1, which Engines before 26 leave to no container without IPv6, shows docker/version.json']],
  ['nightly', 'unknown', ['whether cache has ::1, which Engines before 26 leave to no container without IPv6, shows docker/version.json']],
] as const)('an Engine %s: ::1 inside a new container is %s', async (docker, outcome, notes) => {
  const said: string[] = [];
  const model = whatIf(await hostOf(docker), ['docker run -d --name cache -p 6390:6379 redis:7'], ({ message }) => said.push(message));
  const ask = (to: string, from = 'cache'): string => traceFlow(createMachine(model), { from, to, proto: 'tcp', dport: 6379 }).outcome;
  expect([ask('::1'), ask('127.0.0.1'), ask('cache', 'host'), said]).toEqual([outcome, 'connected', 'connected', notes]);
});

import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import * as core from '../src/core.js';
import type { FlowRequest } from '../src/model/trace.js';
import { readSnapshot } from '../src/snapshot/load.js';

const HOSTS = fileURLToPath(new URL('../fixtures/hosts/', import.meta.url));

/** The core as one script, run where there is the language and nothing else: no Node, no browser. */
async function inBareContext(): Promise<typeof core> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../src/core.ts', import.meta.url)),
    platform: 'browser',
    tsconfig: false,
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'core', codeSplitting: false });
  await bundle.close();
  const context = vm.createContext({});
  vm.runInContext(output[0].code, context);
  // what the context holds was made by the script above, of the module whose type this is
  return (context as { core: typeof core }).core;
}

const FLOWS: readonly FlowRequest[] = [
  { from: 'host', to: '8.8.8.8', proto: 'tcp', dport: 443 },
  { from: '203.0.113.8', to: 'host', proto: 'tcp', dport: 22 },
  { from: '203.0.113.8', to: 'host', proto: 'tcp', dport: 8080 },
];

describe('the core, in a bare context', () => {
  let bare: typeof core;
  beforeAll(async () => {
    bare = await inBareContext();
  });

  it.each(['docker28-policy', 'modes28', 'swarm20'])('answers as the library does, of %s', async (name) => {
    const { texts, captures } = await readSnapshot(HOSTS + name);
    const answers = (of: typeof core): unknown => {
      const machine = of.createMachine(of.loadFiles(texts, captures));
      const traces = FLOWS.map((flow) => of.traceFlow(machine, flow));
      const containers = machine.host.containers.slice(0, 2).map(({ name: container }) => of.explain(machine, container));
      const matrix = of.reachabilityMatrix(machine);
      const told = [
        ...traces.flatMap((trace) => [of.traceText, of.traceMarkdown].map(({ render }) => render(trace, { verbose: true, color: false }))),
        ...of.matrixText.render(matrix, { verbose: true, color: false }),
      ];
      return JSON.stringify([traces, containers, matrix, told, of.topologyOf(machine)]);
    };
    expect(answers(bare)).toBe(answers(core));
  });
});

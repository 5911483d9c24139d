import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainTexts, type ExplorerData } from '../../src/explorer/data.js';
import type * as engine from '../../src/explorer/engine.js';
import { readLink, linkTo, type TypedQuestion } from '../../src/explorer/question.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { flowRequest } from '../../src/datapath/endpoints/flow-request.js';
import { advise } from '../../src/advice/index.js';
import { report } from '../../src/report/trace/text.js';
import { blankTexts } from '../../src/snapshot/blank/index.js';
import { hostOfTexts } from '../../src/snapshot/host-texts.js';
import { loadSnapshot, readTexts } from '../../src/snapshot/load.js';
import { readRules } from '../../src/commands/audit/rules.js';

const HOSTS = fileURLToPath(new URL('../../fixtures/hosts/', import.meta.url));
const STYLE = { verbose: true, color: false } as const;

/** The page's engine as one script, run where there is the language and nothing else. */
async function inBareContext(): Promise<typeof engine> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../../src/explorer/engine.ts', import.meta.url)),
    platform: 'browser',
    tsconfig: false,
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'engine', codeSplitting: false });
  await bundle.close();
  // the page's policy allows no code made of text: neither does this context
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(output[0].code, context);
  // what the context holds was made by the script above, of the module whose type this is
  return (context as { engine: typeof engine }).engine;
}

async function dataOf(name: string): Promise<ExplorerData> {
  const texts = await readTexts(HOSTS + name);
  const rules = await readRules({ folders: [], only: [], disable: [], known: [] });
  const data: ExplorerData = {
    format: 'dtrace-path-explorer/1',
    version: '0.0.0',
    rules,
    whatIf: [],
    texts: plainTexts(blankTexts(texts, hostOfTexts(texts))),
  };
  // as the page has it: through text
  return JSON.parse(JSON.stringify(data)) as ExplorerData;
}

describe("the page's engine, in a bare context", () => {
  let bare: typeof engine;
  beforeAll(async () => {
    bare = await inBareContext();
  });

  it.each(['docker28-policy', 'docker28-dual', 'modes28', 'nat20', 'swarm20', 'ufw20'])(
    'answers as the command does, of %s',
    async (name) => {
      const page = bare.explorationIn(await dataOf(name));
      if (page === undefined) throw new Error('the page holds no host');
      const machine = createMachine(await loadSnapshot(HOSTS + name));
      const names = page.names.slice(0, 4);
      const doors = [...page.destinations.filter((to) => /:\d/.test(to)).slice(0, 5), '8.8.8.8:443', '8.8.8.8', 'host'];
      const questions = names.flatMap((from): TypedQuestion[] => doors.map((to) => ({ from, to })));
      for (const question of questions) {
        const asked = readLink(linkTo(question))?.question ?? question;
        const request = flowRequest({ from: asked.from, to: asked.to, proto: asked.proto });
        const command = advise(machine, request, traceFlow(machine, request));
        expect(report.render(page.trace(asked), STYLE)).toBe(report.render(command, STYLE));
      }
    },
  );

  it('supposes commands as --what-if does, and tells what they open', async () => {
    const page = bare.explorationIn(await dataOf('docker28-policy'));
    const after = page?.after(['iptables -I DOCKER-USER 1 -j DROP']);
    expect(after?.supposed).toEqual(['iptables -I DOCKER-USER 1 -j DROP']);
    const kinds = after === undefined ? [] : page?.changesTo(after).changes.map(({ kind }) => kind);
    expect(kinds).toContain('closed');
    expect(kinds).not.toContain('opened');
    const choice = "docker network create fresh: nobody names the network's IPv4 subnet, so Docker chooses: 172.18.0.0/16 stands for it";
    expect(page?.after(['docker network create fresh']).notes).toEqual([choice]);
    expect(() => page?.after(['rm -rf /'])).toThrow("--what-if 'rm -rf /': it begins with iptables");
  });

  it('audits by the same rules', async () => {
    const page = bare.explorationIn(await dataOf('docker28-policy'));
    expect(page?.audit.findings.map(({ rule }) => rule)).toContain('docker-user-ineffective');
  });

  it.each([
    [{ from: 'nobody', to: 'web:80' }, /nobody/],
    [{ from: 'web', to: '' }, /'to' is a container/],
    [{ from: 'web', to: 'host:99999' }, /port 99999/],
    [{ from: 'web', to: 'host:80', sport: '0' }, /source port/],
    [{ from: 'web', to: 'host:80', sport: '1e3' }, /source port/],
  ])('says what is wrong with %j', async (question, message) => {
    const page = bare.explorationIn(await dataOf('docker28-policy'));
    expect(() => page?.trace(question)).toThrow(message);
  });
});

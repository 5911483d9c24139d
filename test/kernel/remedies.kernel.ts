import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { withRemedy } from '../../src/change/index.js';
import type { Command } from '../../src/model/command.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { generateDocker } from './generate/docker/index.js';
import type { Scenario, ScenarioNetns } from './generate/scenario.js';
import { whyNoTwin } from './machine.js';
import { ASSUME, tryScenario } from './trial.js';

const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const SEED = setting('KERNEL_SEED', Math.floor(Math.random() * 1e9));
const HOSTS = setting('KERNEL_REMEDIES', 20);
const MINUTE = 60_000;

/** A remedy's command as the scenario's own lines: `iptables [-t TABLE] -I CHAIN 1 …`, `sysctl -w NAME=VALUE`. */
function made(host: ScenarioNetns, { words }: Command): ScenarioNetns {
  const [program = '', ...rest] = words.map(String);
  if (program === 'sysctl') {
    const [name = '', value = ''] = (rest[1] ?? '').split('=');
    return { ...host, sysctls: [...host.sysctls.filter(([key]) => key !== name), [name, value]] };
  }
  const family = program === 'ip6tables' ? 6 : 4;
  const [table, [, chain = '', , ...rule]] = rest[0] === '-t' ? [rest[1], rest.slice(2)] : ['filter', rest];
  const line = `-A ${chain} ${rule.join(' ')}`;
  const tables = host.tables.map((t) =>
    t.family === family && t.name === table
      ? { ...t, chains: t.chains.map((c) => (c.name === chain ? { ...c, rules: [line, ...c.rules] } : c)) }
      : t,
  );
  return { ...host, tables };
}

function mended(scenario: Scenario, commands: readonly Command[]): Scenario {
  const namespaces = scenario.namespaces.map((n) => (n.name === 'host' ? commands.reduce(made, n) : n));
  return { ...scenario, namespaces };
}

const why = await whyNoTwin();

it.skipIf(why !== undefined)('a remedy opens in the kernel what it says', { timeout: 60 * MINUTE }, async () => {
  process.stdout.write(`KERNEL_SEED=${SEED}, ${HOSTS} hosts\n`);
  const wrong: string[] = [];
  let tried = 0;
  for (let seed = SEED; seed < SEED + HOSTS; seed++) {
    const scenario = generateDocker(seed, 32);
    const { files } = await tryScenario({ ...scenario, flows: [] });
    const machine = createMachine(loadFiles(files, []), { assume: ASSUME });
    const remedied = scenario.flows.flatMap((request) => {
      const { remedy } = withRemedy(machine, request, traceFlow(machine, request));
      return remedy === undefined ? [] : [{ request, commands: remedy.commands }];
    });
    // one of each kind of obstacle is enough of a host
    for (const { request, commands } of remedied.slice(0, 2)) {
      const { flows } = await tryScenario({ ...mended(scenario, commands), flows: [request] });
      tried++;
      const outcome = flows[0]?.comparison.outcome.kernel;
      if (outcome !== 'connected' && outcome !== 'leaves-host')
        wrong.push(`seed ${seed}: ${request.from} → ${request.to} ${request.proto ?? ''} ${request.dport ?? ''}: ${outcome ?? 'not sent'}`);
    }
  }
  process.stdout.write(`${tried} remedies tried\n`);
  expect(wrong).toEqual([]);
});

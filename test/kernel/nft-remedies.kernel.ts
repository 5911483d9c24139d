import { afterAll, expect, it } from 'vitest';
import { afterCommands, ruleRemedy } from '../../src/change/index.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { Rng } from './generate/rng.js';
import { flowsFor } from './nft/generate.js';
import { Lab, type LabFlow } from './nft/lab.js';
import { drawn, machineOf, put } from './nft/trial.js';

const MINUTE = 60_000;
const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const lab = new Lab();
afterAll(() => lab.down());

const requestOf = ({ id, from, to, proto, sport, dport }: LabFlow & { readonly to: string }): FlowRequest => ({
  id,
  from: from === 'r' ? 'host' : from,
  to,
  proto,
  sport,
  dport,
});

it('remedies made of `nft insert rule` are taken by nft, and open in the kernel what they say', { timeout: 60 * MINUTE }, async () => {
  const start = setting('KERNEL_SEED', Math.floor(Math.random() * 1e9));
  await lab.up();
  const wrong: string[] = [];
  let tried = 0;
  const trials = setting('NFT_RULESETS', 25);
  for (let i = 0; i < trials; i++) {
    const seed = start + i;
    const rules = drawn(new Rng(seed));
    if (!put(lab, rules)) continue;
    const machine = machineOf(lab);
    const flows = flowsFor(new Rng(seed), setting('NFT_FLOWS', 20), 12_000 + (i % 500) * 50);
    const remedied = flows.flatMap((flow) => {
      const request = requestOf({ ...flow, to: flow.dst });
      const found = ruleRemedy(machine, request, traceFlow(machine, request));
      const isNative = found?.commands.every(({ words }) => words[0] === 'nft') === true;
      return isNative && found.after.outcome === 'connected' ? [{ flow, request, commands: found.commands }] : [];
    });
    for (const { flow, request, commands } of remedied.slice(0, 3)) {
      if (!put(lab, rules)) continue;
      const said = `seed ${seed}: ${JSON.stringify(flow)} with ${commands.map(({ words }) => words.join(' ')).join('; ')}`;
      try {
        for (const { words } of commands) lab.run('r', words.map(String));
      } catch (error) {
        wrong.push(`${said} is refused: ${error instanceof Error ? error.message : String(error)}`);
        continue;
      }
      tried++;
      const [outcome] = await lab.send(flow.from, [flow]);
      const changed = afterCommands(machine.host, commands);
      const told = changed && traceFlow(createMachine(changed), request).outcome;
      if (outcome !== 'connected') wrong.push(`${said}: ${outcome ?? 'not sent'}, where the model says ${told ?? 'nothing'}`);
    }
  }
  tell(`KERNEL_SEED=${start}: ${tried} native remedies tried`);
  expect(wrong).toEqual([]);
});

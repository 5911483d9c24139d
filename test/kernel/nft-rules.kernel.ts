import { afterAll, expect, it } from 'vitest';
import { Rng } from './generate/rng.js';
import { Lab } from './nft/lab.js';
import { shrunk } from './nft/shrink.js';
import { drawn, runTrial, type Disagreement } from './nft/trial.js';

const MINUTE = 60_000;
const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const lab = new Lab();
afterAll(() => lab.down());

it('random native rule sets, alone and beside iptables: the kernel does what the datapath predicts', { timeout: 60 * MINUTE }, async () => {
  const start = setting('KERNEL_SEED', Math.floor(Math.random() * 1e9));
  await lab.up();
  const all: Disagreement[] = [];
  let [flows, refused, lost] = [0, 0, 0];
  const asked = process.env['NFT_SEEDS']?.split(',').map(Number);
  const trials = asked?.length ?? setting('NFT_RULESETS', 40);
  for (let i = 0; i < trials; i++) {
    const seed = asked?.[i] ?? start + i;
    const rules = drawn(new Rng(seed));
    const trial = await runTrial(lab, rules, { seed, index: i, flows: setting('NFT_FLOWS', 26) });
    if (trial === undefined) refused++;
    else {
      [flows, lost] = [flows + trial.flows, lost + trial.lost];
      const [first] = trial.found;
      if (first !== undefined && process.env['NFT_SHRINK'] !== undefined) tell(JSON.stringify(await shrunk(lab, rules, first), null, 1));
      all.push(...trial.found);
    }
  }
  tell(
    `KERNEL_SEED=${start}: ${flows} flows over ${trials - refused} rule sets (${refused} refused, of ${lost} flows no trace): ${all.length} disagreements`,
  );
  for (const one of all.slice(0, setting('NFT_LIST', 6))) tell(JSON.stringify(one));
  expect(all.length).toBe(0);
});

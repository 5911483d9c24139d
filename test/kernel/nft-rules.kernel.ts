import { afterAll, expect, it } from 'vitest';
import { Rng } from './generate/rng.js';
import { Lab } from './nft/lab.js';
import { shrunk } from './nft/shrink.js';
import { drawn, runTrial, type Disagreement, type Drawn } from './nft/trial.js';

const MINUTE = 60_000;
const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const lab = new Lab();
afterAll(() => lab.down());

/** Rules that look into what packets of other flows, or of the trial before, have added to a set, or have used up of a rate. */
const SHARED = /@(?:seen|marks|asked|led|many)\b|\blimit rate\b/;

/** @returns disagreements that are there for the flow alone as well, where flows may have met each other in a set or a busy machine was late to answer. */
async function staying(rules: Drawn, found: readonly Disagreement[]): Promise<readonly Disagreement[]> {
  const meet = SHARED.test(rules.native);
  const left: Disagreement[] = [];
  for (const [i, one] of found.entries()) {
    if (!meet && one.kernel.outcome !== 'timeout') {
      left.push(one);
      continue;
    }
    const again = await runTrial(lab, rules, { seed: one.seed, index: 0, flows: 1, only: { ...one.flow, sport: 45_000 + i } });
    if (again === undefined || again.found.length > 0) left.push(one);
  }
  return left;
}

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
      const found = await staying(rules, trial.found);
      const [first] = found;
      if (first !== undefined && process.env['NFT_SHRINK'] !== undefined) tell(JSON.stringify(await shrunk(lab, rules, first), null, 1));
      all.push(...found);
    }
  }
  tell(
    `KERNEL_SEED=${start}: ${flows} flows over ${trials - refused} rule sets (${refused} refused, of ${lost} flows no trace): ${all.length} disagreements`,
  );
  for (const one of all.slice(0, setting('NFT_LIST', 6))) tell(JSON.stringify(one));
  expect(all.length).toBe(0);
});

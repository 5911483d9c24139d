import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { aloneDisagrees, describeDisagreement, runCampaign } from './campaign.js';
import { writeFixture } from './fixture.js';
import { shrink } from './shrink.js';
import { abilities, lackingWords, whyNoTwin } from './machine.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/kernel/', import.meta.url));
const MINUTE = 60_000;

function setting(name: string, usual: number): number {
  const value = Number(process.env[name] ?? usual);
  return Number.isFinite(value) && value >= 0 ? value : usual;
}

/** `3 limit, 1 time`, the most frequent first. */
function listed(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([name, n]) => `${n} ${name}`);
  return parts.join(', ') || 'none';
}

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const why = await whyNoTwin();
if (why !== undefined) tell(`random hosts are not tried: ${why}`);

it.skipIf(why !== undefined)('random hosts: the kernel does what the datapath predicts', { timeout: 60 * MINUTE }, async () => {
  const seed = setting('KERNEL_SEED', Math.floor(Math.random() * 1e9));
  const rulesets = setting('KERNEL_RULESETS', 200);
  const able = await abilities();
  const lacks = lackingWords(able);
  tell(`KERNEL_SEED=${seed}, ${rulesets} rule sets`);
  tell(lacks === '' ? 'this machine has every module that the generator uses' : `this machine lacks, so it is left out: ${lacks}`);
  const wanted = process.env['KERNEL_KIND'];
  const hosts = wanted === 'rules' || wanted === 'docker' ? wanted : 'both';
  const [flows, lanes] = [setting('KERNEL_FLOWS', 32), setting('KERNEL_LANES', 3)];
  const score = await runCampaign({ seed, rulesets, flows, able, lanes, hosts, tell });
  tell(`${score.flows} flows over ${score.rulesets} rule sets: ${score.disagreements.length} disagreements (${listed(score.outcomes)})`);
  tell(`  of several ways that the snapshot leaves open, the kernel went one of those predicted: ${score.sided}`);
  tell(`  the outcome depends on what the snapshot does not tell: ${listed(score.open)}`);
  tell(`  answers from outside: ${listed(score.beyond)}`);
  tell(`  another way in company than alone: ${listed(score.company)}`);
  tell(`  lines of the generator that the kernel refused: ${listed(score.gaps)}`);
  for (const found of score.disagreements.slice(0, setting('KERNEL_SHRINK', 3))) {
    const { scenario, flow } = found;
    const shows = async (smaller: typeof scenario): Promise<boolean> => (await aloneDisagrees(smaller, flow.request.id)) !== undefined;
    const smallest = await shrink(scenario, flow.request, shows, 4 * MINUTE);
    const last = await aloneDisagrees(smallest, flow.request.id);
    const name = `seed-${found.seed}-${flow.request.id ?? 'flow'}`;
    if (last !== undefined) writeFixture(`${FIXTURES}${name}`, last.trial, [last.flow], name);
    tell(`shrunk to fixtures/kernel/${name}`);
  }
  expect(score.disagreements.map(describeDisagreement)).toEqual([]);
});

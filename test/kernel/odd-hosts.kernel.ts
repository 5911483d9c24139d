import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { aloneDisagrees, describeDisagreement } from './campaign.js';
import { whyNoTwin } from './machine.js';
import { ODD_HOSTS } from './odd/hosts.js';
import { STREAMS } from './odd/streams.js';
import { oddHost } from './odd/world.js';
import { writeFixture } from './fixture.js';
import { tryScenario } from './trial.js';

/** Of as many it is looked whether they go astray alone too. */
const MOST_TOLD = 6;
const FIXTURES = fileURLToPath(new URL('../../fixtures/kernel/', import.meta.url));
const MINUTE = 60_000;
const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`hosts unlike others are not tried: ${why}\n`);
const only = process.env['ODD_HOST'];

it
  .skipIf(why !== undefined)
  .each(
    [...ODD_HOSTS, ...STREAMS]
      .map((odd, at) => [odd.name, odd, at] as const)
      .filter(([, , at]) => only === undefined || at === Number(only)),
  )('%s', { timeout: 5 * MINUTE }, async (_, odd, seed) => {
  const scenario = oddHost(odd, seed);
  const trial = await tryScenario(scenario);
  expect(trial.gaps).toEqual([]);
  expect(trial.open.map(({ flow, reason }) => `${flow.from} > ${flow.dst}:${flow.dport ?? ''} ${reason}`)).toEqual([]);
  const wrong: string[] = [];
  for (const flow of trial.flows.filter(({ comparison }) => !comparison.agrees).slice(0, MOST_TOLD)) {
    // another flow may have made a neighbour known
    const alone = await aloneDisagrees(scenario, flow.request.id);
    if (alone !== undefined) wrong.push(describeDisagreement({ seed, scenario, flow: alone.flow }));
  }
  process.stdout.write(`${odd.name}: ${trial.flows.length} flows, ${wrong.length} disagreements\n`);
  expect(wrong).toEqual([]);
  // one side of what is open is no recording of it, nor is what a client saw that did not wait
  const told = trial.flows.filter(({ sides, comparison: { outcome } }) => sides === 1 && outcome.predicted === outcome.kernel);
  if (process.env['ODD_RECORD'] !== undefined) writeFixture(`${FIXTURES}odd-${odd.short}`, trial, told, `odd-${odd.short}`);
});

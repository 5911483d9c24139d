import { describe, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { damaged } from '../kernel/generate/docker/damage.js';
import { generateDocker } from '../kernel/generate/docker/index.js';
import { makeDockerWorld } from '../kernel/generate/docker/world.js';
import { Rng } from '../kernel/generate/rng.js';
import { HOSTS, recorded } from '../reachability/hosts.js';
import { scenarioFiles } from '../support/scenario-files.js';
import { auditAndMatrix, checkAndMatrix, diffBothWays, explainAndMatrix, traceAndMatrix, viewsOf } from './host-views.js';

const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);

/** Random hosts, the first of them, and flows asked of each. */
const RANDOM = setting('AGREE_RANDOM', 4);
const SEED = setting('AGREE_SEED', 1);
const FLOWS = setting('AGREE_FLOWS', 150);
/** `all`: every recorded host; usually a few of different kinds. */
const RECORDED = process.env['AGREE_RECORDED'] === 'all' ? HOSTS : ['docker28-policy', 'modes28', 'v6nat20'];

function everyView(host: Host, seed: number): readonly string[] {
  const views = viewsOf(host);
  return [...traceAndMatrix(views, FLOWS, seed), ...auditAndMatrix(views), ...explainAndMatrix(views), ...checkAndMatrix(views)];
}

describe('trace, matrix, audit, explain and check say the same', () => {
  it.each(RECORDED.filter((name) => HOSTS.includes(name)))('of %s', async (name) => {
    expect(everyView(await recorded(name), SEED)).toEqual([]);
  });

  it.each(Array.from({ length: RANDOM }, (_, i) => SEED + i))('of random host %i', (seed) => {
    expect(everyView(loadFiles(scenarioFiles(generateDocker(seed, 0))), seed)).toEqual([]);
  });
});

describe('diff of a host and of what became of it', () => {
  it.each(Array.from({ length: RANDOM }, (_, i) => SEED + i))(
    'is empty of the same, and mirrored the other way, for random host %i',
    (seed) => {
      const scenario = generateDocker(seed, 0);
      const later = damaged(new Rng(seed + 7919), scenario, makeDockerWorld(new Rng(seed)));
      const [one, other] = [scenario, later].map((s) => createMachine(loadFiles(scenarioFiles(s))));
      expect(diffBothWays(one!, other!)).toEqual([]);
    },
  );
});

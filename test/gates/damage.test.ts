import { describe, expect, it } from 'vitest';
import { folderFiles, HOSTS } from '../reachability/hosts.js';
import { damaged, sampled } from './damage.js';
import { gatesOf, passing } from './gates.js';
import { isBeyondTelling } from './witness.js';

/** `DAMAGE=all`: every file of every host in every way; `DAMAGE=12`: so many of each host. Else a few, of some hosts. */
const { DAMAGE, DAMAGE_SEED } = process.env;
const SEED = Number(DAMAGE_SEED ?? 1);
const MOST = DAMAGE === 'all' ? Infinity : Number(DAMAGE ?? 3);
const CHOSEN = DAMAGE === undefined ? ['docker28-bridge', 'docker20-bridge'] : HOSTS;

describe('no gate passes on a damaged snapshot that failed on the whole one', { timeout: 3_600_000 }, () => {
  it.each(CHOSEN)('%s', (name) => {
    const files = folderFiles(name);
    const gates = gatesOf(files);
    expect(gates.policy.assertions.length).toBeGreaterThan(0);
    expect(gates.openings.map(({ what }) => what)).toEqual(['rules were taken away', 'dockerd listens']);
    const others = HOSTS.filter((one) => one !== name).map(folderFiles);
    const silent = sampled(files, others, SEED, MOST, DAMAGE === 'all' ? 10 : 4).flatMap((damages) => {
      const passed = passing(gates, damages, true);
      return passed.length === 0 || isBeyondTelling(files, damaged(files, damages))
        ? []
        : [`${damages.map((d) => `${d.file} ${d.what}`).join(', ')}: ${passed.join(', ')}`];
    });
    expect(silent).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { hosts } from '../fuzz/corpus.js';
import { badWriting, machineOf, poisoned, poisons, sitesOf, type Files } from './poison.js';

/** So many strings are poisoned at once, and so many snapshots made of each host: the whole is done in the kernel suite. */
const [AT_ONCE, EACH] = [40, 2];
const CANARY = '/tmp/dtrace-path-canary';

/** Takes what stands `step` apart from `first`: each part of a host is met. */
function spread<T>(all: readonly T[], first: number, many: number): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / many));
  return all.filter((_, i) => i % step === first % step);
}

describe('what verify writes', () => {
  it.each(hosts().filter(([name]) => !name.includes('large')))(
    '%s: is commands of ours with whole words, whatever its strings are',
    (name, files: Files) => {
      const sites = sitesOf(files);
      const all = poisons(CANARY);
      const bad = Array.from({ length: EACH }, (_, i) => {
        const seed = i * 7919 + name.length * 104_729;
        const poison = all[seed % all.length] ?? '';
        const machine = machineOf(poisoned(files, spread(sites, seed, AT_ONCE), poison));
        return machine === undefined ? [] : badWriting(machine).map((line) => ({ poison, line }));
      });
      expect(bad.flat()).toEqual([]);
    },
  );
});

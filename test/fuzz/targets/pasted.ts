import { poisoned, POISONS, unlikeStrings, type HostPlace } from '../../hostile/poisoned.js';
import { printedOf } from '../../hostile/printed.js';
import { faultsOf } from '../../hostile/shells.js';
import { hosts } from '../corpus.js';
import type { Target } from './target.js';

const SHELLS = ['/bin/sh', '/bin/bash'];

let known: readonly HostPlace[] | undefined;

/** @throws where something ran, was written, left its place, or acts on a terminal. */
async function poison(seed: number): Promise<void> {
  known ??= unlikeStrings(hosts());
  const { name, files, place } = known[seed % known.length]!;
  // the second time round each string meets another
  const poison = POISONS[(seed + Math.floor(seed / known.length)) % POISONS.length]!;
  const faults = faultsOf(await printedOf(poisoned(files, place, poison)), [SHELLS[seed % 2]!]);
  if (faults.length > 0) throw new Error(`${name} ${place.file} ${place.text} as ${JSON.stringify(poison)}: ${faults.join('; ')}`);
}

/**
 * Each string of the recorded hosts in turn is another's, and all that is printed of the host is looked at and pasted into a shell:
 * `npm run fuzz -- --only 'every string' --seed 0 --runs 12000` takes them all.
 */
export const PASTED_TARGETS: readonly Target[] = [
  {
    name: 'every string of the recorded hosts, pasted',
    // a whole host is read, asked and printed in every format, and shells are started
    patience: 60_000,
    runs: 2,
    run: async (seed, runs) => {
      for (let i = 0; i < runs; i++) await poison(seed + i);
    },
  },
];

import { poisoned, POISONS, unlikeStrings, type HostPlace } from '../../hostile/poisoned.js';
import { printedOf } from '../../hostile/printed/index.js';
import { faultsOf } from '../../hostile/shells.js';
import { hosts } from '../corpus.js';
import type { Target } from './target.js';

const SHELLS = ['/bin/sh', '/bin/bash'];
/** Strings of one host that are poisoned at once, from all over its files: a host is read and asked about once for all of them. */
const AT_ONCE = 8;
/** What takes long to ask comes last: where others have a string of the kind as well, they lend it. */
const LAST = ['ctrnat26', 'modes28', 'match20', 'ipset20', 'nat20', 'reject20', 'policy20', 'swarm20', 'v6nat20'];

/** @returns all strings of a host, so many at a time, each time from all over its files. */
function dealt(places: readonly HostPlace[]): readonly (readonly HostPlace[])[] {
  const many = Math.ceil(places.length / AT_ONCE);
  return Array.from({ length: many }, (_, i) => places.filter((_, at) => at % many === i));
}

/** @returns every string of all hosts, in groups of one host each. */
function groupsOfStrings(): readonly (readonly HostPlace[])[] {
  const ordered = [...hosts()].sort(([a], [b]) => LAST.indexOf(a) - LAST.indexOf(b));
  const all = unlikeStrings(ordered);
  return ordered.flatMap(([name]) => dealt(all.filter((one) => one.name === name)));
}

let known: ReturnType<typeof groupsOfStrings> | undefined;

/** @throws where something ran, was written, left its place, or acts on a terminal. */
async function poison(seed: number): Promise<void> {
  known ??= groupsOfStrings();
  const group = known[seed % known.length]!;
  const round = Math.floor(seed / known.length);
  // each time round each string meets another
  const put = group.map(({ place }, i) => ({ place, by: POISONS[(seed + 7 * i + round) % POISONS.length]! }));
  const files = put.reduce((now, { place, by }) => poisoned(now, place, by), group[0]!.files);
  const faults = faultsOf(await printedOf(files, seed % 4 === 0), [SHELLS[seed % 2]!]);
  const what = put.map(({ place, by }) => `${place.file} ${place.text} as ${JSON.stringify(by)}`);
  if (faults.length > 0) throw new Error(`${group[0]!.name}: ${faults.slice(0, 5).join('; ')}\n${what.join('\n')}`);
}

/**
 * Each string of the recorded hosts in turn is another's, and all that is printed of the host is looked at and pasted into a shell:
 * `npm run fuzz -- --only 'every string' --seed 0 --runs 400` takes them all once.
 */
export const PASTED_TARGETS: readonly Target[] = [
  {
    name: 'every string of the recorded hosts, pasted',
    // a whole host is read, asked and printed in every format, and shells are started
    patience: 180_000,
    runs: 2,
    run: async (seed, runs) => {
      for (let i = 0; i < runs; i++) await poison(seed + i);
    },
  },
];

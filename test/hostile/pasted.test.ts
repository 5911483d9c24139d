import { describe, expect, it } from 'vitest';
import { hosts } from '../fuzz/corpus.js';
import { CANARY, poisoned, POISONS, unlikeStrings, withComments } from './poisoned.js';
import { printedOf } from './printed/index.js';
import { faultsOf } from './shells.js';

const SHELLS = ['/bin/sh', '/bin/bash'];
const ALL = hosts();
const host = (name: string): ReadonlyMap<string, string> => ALL.find(([one]) => one === name)?.[1] ?? new Map<string, string>();

const COMMENT = `a $(>${CANARY}) \`>${CANARY}\` ; >${CANARY} ' >${CANARY} " >${CANARY} !! -x | & \\`;

describe('every command that is printed, pasted into a shell, runs as its words and nothing else', () => {
  it.each(['docker28-policy', 'ufw20', 'docker20-bridge'])('%s, with a comment in every rule', async (name) => {
    const printed = await printedOf(withComments(host(name), COMMENT));
    expect(printed.commands.length).toBeGreaterThan(3);
    expect(faultsOf(printed, SHELLS)).toEqual([]);
  });

  it('a deletion names the comment as one word', async () => {
    const { commands } = await printedOf(withComments(host('docker28-policy'), COMMENT));
    const deletions = commands.filter(({ words }) => words.includes('-D') && words.includes('--comment'));
    expect(deletions.map(({ words }) => words.includes(COMMENT))).toContain(true);
  });

  it('the stubs see what runs: a command that is not quoted is found', () => {
    const commands = [{ words: ['iptables', '-L'] }];
    expect(faultsOf({ texts: new Map([['x', 'a\u001b[31m']]), commands }, SHELLS)).toEqual([
      'x: an active character, "\\u001b", after "a"',
    ]);
  });
});

/** Hosts that are asked about in no time, and how many of their strings are tried, each as another; `npm run fuzz -- --only 'every string'` takes all of all. */
const SMALL = /^(?:deep-dive|notes|blog|docker28-dual)/;
const TRIED = 8;

describe('a string of a snapshot leads nowhere', () => {
  const all = unlikeStrings(ALL.filter(([name]) => SMALL.test(name)));
  const sample = all
    .filter((_, i) => i % Math.ceil(all.length / TRIED) === 7)
    .map((one, i) => [one.name, one.place, one.files, POISONS[(i * 5) % POISONS.length]!] as const);
  it.each(sample)('%s %o', async (_, place, files, poison) => {
    expect(faultsOf(await printedOf(poisoned(files, place, poison), false), SHELLS)).toEqual([]);
  });
});

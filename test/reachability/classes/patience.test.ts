import { describe, expect, it } from 'vitest';
import { includes } from '../../../src/address/ranges.js';
import { createMachine } from '../../../src/datapath/index.js';
import { FlowClasses } from '../../../src/reachability/classes/flow-class.js';
import { Patience } from '../../../src/reachability/classes/patience.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { hosts } from '../../fuzz/corpus.js';
import { poisoned } from '../../hostile/poisoned.js';

const [, FILES] = hosts().find(([name]) => name === 'nft-docker29') ?? ['', new Map<string, string>()];

/** Words of the native rules that make nearly every rule undecided where they are something else. */
const DAMAGED: readonly (readonly [word: string, by: string])[] = [
  ['"left"', '*'],
  ['"blocked"', '</style>'],
];
const damaged = DAMAGED.reduce<ReadonlyMap<string, string>>(
  (files, [text, by]) => poisoned(files, { file: 'host/nft-ruleset.json', text }, by),
  poisoned(FILES, { file: 'host/nft-ruleset.txt', text: 'ip' }, 'a PWN-LINE'),
);

describe('a question about a host of which little is sure ends', () => {
  it('what a published port was is no port that was drawn: the source ports below it are not asked one by one', () => {
    const classes = new FlowClasses(createMachine(loadFiles(damaged)));
    const { sports, outcomes } = classes.classOf({ from: 'flat', to: '172.20.1.1', proto: 'tcp', dport: 8002 });
    expect(outcomes.length).toBeGreaterThan(1);
    expect([2, 20, 200].map((port) => includes(sports, port))).toEqual([true, true, true]);
  });

  it('a spent patience still looks at the sides of a question or three', () => {
    const patience = new Patience();
    expect(patience.sides).toBe(128);
    for (let i = 0; i < 100_000; i++) patience.spend(1);
    expect(patience.sides).toBe(128);
    for (let i = 0; i < 200; i++) patience.spend(128);
    expect(patience.sides).toBe(8);
  });
});

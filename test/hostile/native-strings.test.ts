import { describe, expect, it } from 'vitest';
import { parseNftRuleset } from '../../src/snapshot/parsers/nft-ruleset.js';
import { SnapshotError } from '../../src/snapshot/error.js';
import { hosts } from '../fuzz/corpus.js';
import { poisoned, unlikeStrings } from './poisoned.js';

/** One of each kind: a name with what no name holds, the name of another kind, a number, an expression in text. */
const VALUES = ['a b', '"a', '', 'drop', 'host-unreachable', '4294967296', '10.0.0.0/99', '@x', '__proto__', '$a'];

/** Where a rule asks nothing else, each statement of the language with a word that it does not know. */
const STATEMENTS: readonly object[] = [
  ...['icmp', 'icmpv6', 'icmpx', 'tcp reset'].flatMap((type) => ['a b', 'echo-request', 999].map((expr) => ({ reject: { type, expr } }))),
  ...['tcp', 'icmp', 'ip', 'meta'].map((protocol) => ({
    match: { op: '==', left: { payload: { protocol, field: 'type' } }, right: 'a b' },
  })),
  { match: { op: '==', left: { ct: { key: 'state' } }, right: ['a b'] } },
  { match: { op: 'in', left: { meta: { key: 'hour' } }, right: '99:99' } },
  { limit: { rate: 'a', per: 'b', burst: 'c' } },
  { log: { level: 'a b', prefix: 1 } },
  { mangle: { key: { 'ip option': { name: 'a b' } }, value: 'a b' } },
  { synproxy: { mss: 'a', wscale: 'b' } },
];

describe('a value that no native rule can hold makes its rule undecidable, and ends nothing', () => {
  it.each(STATEMENTS)('%j', (statement) => {
    const at = { family: 'inet', table: 't' };
    const nftables = [
      { table: { family: 'inet', name: 't' } },
      { chain: { ...at, name: 'c', type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
      { rule: { ...at, chain: 'c', handle: 7, expr: [statement, { accept: null }] } },
    ];
    const { data } = parseNftRuleset(JSON.stringify({ nftables }), 'nft.json');
    expect(data.tables[0]?.chains.get('c')?.rules.length).toBe(1);
  });

  const listed = hosts().map(
    ([name, files]) => [name, new Map([...files].filter(([file]) => /nft-ruleset\.(?:json|txt)$/.test(file)))] as const,
  );
  // `HOSTILE=all`: each value in each place
  it('in any place of the recorded listings', () => {
    const faults: string[] = [];
    const places = unlikeStrings(listed).filter(({ files }) => [...files.values()].join('').length < 60_000);
    for (const [i, { files, place }] of places.entries())
      for (const value of process.env['HOSTILE'] === 'all' ? VALUES : [VALUES[i % VALUES.length]!])
        try {
          parseNftRuleset(poisoned(new Map([[place.file, files.get(place.file) ?? '']]), place, value).get(place.file) ?? '', place.file);
        } catch (error) {
          if (!(error instanceof SnapshotError)) faults.push(`${place.file} ${place.text} as ${value}: ${String(error)}`);
        }
    expect(faults).toEqual([]);
    expect(places.length).toBeGreaterThan(100);
  });
});

import { expect, test } from 'vitest';
import { fromJson, fromText, told } from './models.js';

/** What `nft -j -n list ruleset` of nft 1.0.6 prints for what `nft list ruleset` prints so. */
const LISTED = [
  ['protocol', 'meta protocol ip', 8],
  ['protocol', 'meta protocol ip6', 56710],
  ['protocol', 'meta protocol arp', 1544],
  ['protocol', 'meta protocol 8021q', 129],
  ['protocol', 'meta protocol 8021ad', 43144],
  ['protocol', 'meta protocol 0x1234', 4660],
  ['protocol', 'meta protocol ip', 2048],
  ['l4proto', 'meta l4proto tcp', 6],
  ['mark', 'meta mark 0x00000008', 8],
] as const;

test.each(LISTED)('%s: %s is listed as %i', (key, rule, right) => {
  const chain = { family: 'bridge', table: 't', name: 'c', type: 'filter', hook: 'forward', prio: 0, policy: 'accept' };
  const expr = [{ match: { op: '==', left: { meta: { key } }, right } }];
  const json = fromJson(
    JSON.stringify({
      nftables: [{ table: { family: 'bridge', name: 't' } }, { chain }, { rule: { family: 'bridge', table: 't', chain: 'c', expr } }],
    }),
  );
  const text = fromText(`table bridge t {
	chain c {
		type filter hook forward priority 0; policy accept;
		${rule}
	}
}
`);
  const rulesOf = ({ ruleset }: typeof json): unknown => told([...ruleset.tables.values()][0]!.chains.get('c')!.rules[0]!.statements);
  expect(json.problems).toEqual([]);
  expect(rulesOf(json)).toEqual(rulesOf(text));
});

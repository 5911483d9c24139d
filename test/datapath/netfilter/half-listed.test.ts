import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const outcomeOf = (files: Readonly<Record<string, string>>): string => traceFlow(createMachine(buildHost(lab({ files }))), out).outcome;

const chain = (more: object): object => ({ chain: { family: 'inet', table: 't', handle: 1, ...more } });
const json = (...entries: readonly object[]): string => JSON.stringify({ nftables: [{ metainfo: { version: '1.0.6' } }, ...entries] });
const forward = { name: 'f', type: 'filter', hook: 'forward', prio: 0, policy: 'drop' };
const table = { table: { family: 'inet', name: 't', handle: 1 } };

/** Listings of chains without their rules, and of rule sets that have none. */
const CHAINS = [
  ['nft -j list chains', { 'nft-ruleset.json': json(chain(forward)) }, 'unknown'],
  ['nft -j list ruleset of a chain without rules', { 'nft-ruleset.json': json(table, chain(forward)) }, 'timeout'],
  [
    'nft list chains',
    {
      'nft-ruleset.txt':
        'table inet t {\n\tchain f {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n\tchain web {\n\t}\n}\n',
    },
    'unknown',
  ],
  [
    'nft list ruleset of a chain without rules',
    { 'nft-ruleset.txt': 'table inet t {\n\tchain f {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n' },
    'timeout',
  ],
] as const;

test.each(CHAINS)('%s', (_, files, outcome) => {
  expect(outcomeOf(files)).toBe(outcome);
});

const dropping = { rule: { family: 'netdev', table: 'n', chain: 'e', handle: 2, expr: [{ drop: null }] } };
const counting = { rule: { family: 'netdev', table: 'n', chain: 'e', handle: 2, expr: [{ counter: { packets: 0, bytes: 0 } }] } };
const egress = { family: 'netdev', table: 'n', name: 'e', type: 'filter', hook: 'egress', prio: 0, policy: 'accept' };

/** JSON of nft 1.0.6 does not tell the devices of a chain. */
const DEVICES = [
  ['drops', [dropping], {}, 'unknown'],
  ['counts', [counting], {}, 'leaves-host'],
  ['drops, of another device', [dropping], { dev: 'eth9' }, 'leaves-host'],
  ['drops, of the packet’s device', [dropping], { dev: 'eth0' }, 'timeout'],
] as const;

test.each(DEVICES)('a chain of devices that %s', (_, rules, dev, outcome) => {
  const listed = json({ table: { family: 'netdev', name: 'n', handle: 1 } }, { chain: { ...egress, ...dev } }, ...rules);
  expect(outcomeOf({ 'nft-ruleset.json': listed })).toBe(outcome);
});

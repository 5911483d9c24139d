import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadSnapshot } from '../../../src/snapshot/disk.js';

const host = await loadSnapshot('fixtures/hosts/docker28-bridge');
const request = { from: 'web', to: 'db', proto: 'tcp', dport: 5432 } as const;

/** What an answer takes for granted, and whether the user said so. */
function taken(said: readonly string[]): readonly (readonly [choice: string, given: boolean])[] {
  const machine = createMachine(host, { assume: new Map([['missing', said]]) });
  return traceFlow(machine, request).assumptions.map(({ choice, given }) => [choice, given] as const);
}

it('what is taken for granted and printed as an option is given once that option is there', () => {
  const free = taken([]);
  expect(free).toEqual([
    ['missing=nft=open', false],
    ['missing=rules=none', false],
  ]);
  expect(taken(free.map(([choice]) => choice.replace('missing=', '')))).toEqual(free.map(([choice]) => [choice, true]));
});

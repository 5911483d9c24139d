import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../../src/datapath/index.js';
import type { Trace } from '../../../../src/model/trace.js';
import { buildHost } from '../../../support/host-builder.js';
import { lab } from '../../../support/lab.js';

/** Marks are small, so that random rules meet each other's. */
const mark = fc.integer({ min: 0, max: 3 });
const match = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: mark.map((m) => `-m mark --mark ${m} `) },
  { weight: 1, arbitrary: mark.map((m) => `-m mark ! --mark ${m} `) },
);
const effect = fc.oneof(
  { weight: 4, arbitrary: mark.map((m) => `-j MARK --set-mark ${m}`) },
  { weight: 2, arbitrary: mark.map((m) => `-j MARK --xor-mark ${m}`) },
  { weight: 1, arbitrary: fc.constant('-j RETURN') },
  { weight: 1, arbitrary: fc.constantFrom('-j ACCEPT', '-j DROP') },
);
const rule = fc.tuple(match, effect).map(([m, e]) => m + e);

/** Chains that jump to those after them, up to three times each, with rules between. */
const chains = fc.array(
  fc.array(fc.oneof({ weight: 1, arbitrary: rule }, { weight: 2, arbitrary: match.map((m) => `${m}-j next`) }), { maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

const rulesOf = (all: readonly (readonly string[])[]): readonly string[] => [
  ...all.map((_, i) => `-N c${i}`),
  '-N padding',
  '-A FORWARD -j c0',
  '-A FORWARD -m mark --mark 1 -j REJECT',
  '-A FORWARD -m mark --mark 2 -j DROP',
  ...all.flatMap((rules, i) => rules.map((one) => `-A c${i} ${one.replace('next', i + 1 < all.length ? `c${i + 1}` : 'padding')}`)),
];

/** Two million matches that do nothing, before all else: what follows is walked, and told, as what is too much to be listed. */
const PADDING = [
  ...Array.from({ length: 20 }, (_, i) => `-N p${i}`),
  ...Array.from({ length: 19 }, (_, i) => [`-A p${i} -j p${i + 1}`, `-A p${i} -j p${i + 1}`]).flat(),
];

const traced = (filter: readonly string[]): Trace =>
  traceFlow(createMachine(buildHost(lab({ iptables: { filter } }))), { from: 'web', to: '203.0.113.8', dport: 443 });
const unlike = (trace: Trace): readonly string[] => [
  ...new Set(trace.rules.filter(({ rule: text }) => !/\bp\d+$|^-A p\d/.test(text)).map((hit) => hit.rule)),
];

describe('chains that jump to each other at random', () => {
  it('come to the same behind two million matches as without: each rule that matched is told', () => {
    fc.assert(
      fc.property(chains, (all) => {
        const rules = rulesOf(all);
        const plain = traced(rules);
        const padded = traced([...PADDING, '-A FORWARD -j p0', ...rules]);
        expect([padded.outcome, padded.rulesCut, padded.decidedBy === undefined, unlike(padded)]).toEqual([
          plain.outcome,
          true,
          plain.decidedBy === undefined,
          unlike(plain),
        ]);
      }),
      { numRuns: 30, seed: 15 },
    );
  });
});

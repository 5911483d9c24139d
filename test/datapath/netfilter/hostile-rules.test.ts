import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { Trace } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;

/** Chains of which each jumps to the next as many times. */
function fan(levels: number, times: number, last: readonly string[] = []): readonly string[] {
  return [
    ...Array.from({ length: levels }, (_, i) => `-N f${i}`),
    '-A FORWARD -j f0',
    ...Array.from({ length: levels - 1 }, (_, i) => Array.from({ length: times }, () => `-A f${i} -j f${i + 1}`)).flat(),
    ...last.map((rule) => `-A f${levels - 1} ${rule}`),
  ];
}

const traced = (filter: readonly string[]): Trace => traceFlow(createMachine(buildHost(lab({ iptables: { filter } }))), out);

describe('chains that jump to each other more than once', () => {
  test.each([2, 8, 12, 14])('%i levels: every rule that matches is listed', (levels) => {
    const { outcome, rules, exceeded } = traced(fan(levels, 2));
    expect([outcome, rules.length, exceeded]).toEqual(['leaves-host', 2 ** levels - 1, undefined]);
  });

  test.each([
    [17, 2],
    [24, 2],
    [200, 2],
    [200, 9],
  ])('%i levels of %i: each rule is listed once, and the verdict is as sure as ever', (levels, times) => {
    const { outcome, rules, rulesCut, exceeded } = traced(fan(levels, times));
    expect([outcome, rules.length, rulesCut, exceeded]).toEqual(['leaves-host', (levels - 1) * times + 1, true, undefined]);
  });

  test.each([
    ['DROP', 'timeout'],
    ['REJECT', 'refused'],
    ['ACCEPT', 'leaves-host'],
  ])('what the mark at the end of two million rules comes to: %s', (target, outcome) => {
    // the mark is 1 only where every round was carried out in order: the last rule of a round undoes the first
    const last = ['-m mark --mark 0 -j MARK --set-mark 2', '-m mark --mark 2 -j MARK --set-mark 1'];
    const filter = [...fan(20, 2, last), `-A FORWARD -m mark --mark 1 -j ${target}`, '-A FORWARD -m mark ! --mark 1 -j DROP'];
    const trace = traced(filter);
    expect([trace.outcome, trace.rulesCut, trace.rules.filter(({ table }) => table === 'filter').at(-1)?.verdict]).toEqual([
      outcome,
      true,
      target,
    ]);
  });

  test('a verdict at the end is met on the first way there', () => {
    const { outcome, rules } = traced(fan(200, 2, ['-j DROP']));
    expect([outcome, rules.length]).toEqual(['timeout', 201]);
  });

  test('a counter in the mark that makes each round another', () => {
    // each bit turns where all below it are set: 1 is added to the mark, and no round meets the state of another
    const carries = Array.from({ length: 29 }, (_, i) => 29 - i).map(
      (bit) => `-m mark --mark ${2 ** bit - 1}/${2 ** bit - 1} -j MARK --set-xmark ${2 ** bit}/0`,
    );
    const { outcome, exceeded } = traced([...fan(40, 2, [...carries, '-j MARK --set-xmark 1/0']), '-A FORWARD -m mark --mark 7 -j DROP']);
    expect([outcome, exceeded?.what]).toEqual(['unknown', 'rules tried']);
  });

  test('what was given up twice is looked at for less, and is as unknown as before', () => {
    const bits = Array.from({ length: 28 }, (_, bit) => [
      `-A f${bit} -j MARK --set-xmark ${2 ** bit}/0x0`,
      `-A f${bit} -j f${bit + 1}`,
      `-A f${bit} -j MARK --set-xmark 0x0/${2 ** bit}`,
      `-A f${bit} -j f${bit + 1}`,
    ]).flat();
    const chains = Array.from({ length: 29 }, (_, i) => `-N f${i}`);
    const machine = createMachine(buildHost(lab({ iptables: { filter: [...chains, '-A FORWARD -j f0', ...bits] } })));
    const answers = [443, 80, 22, 25, 53].map((dport) => traceFlow(machine, { ...out, dport }));
    expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map(() => 'unknown'));
    expect([answers[0]?.exceeded?.limit, answers.at(-1)?.exceeded?.limit]).toEqual([65_536, 1024]);
    // other hooks are not tired of it
    expect(traceFlow(machine, { from: 'web', to: 'host', dport: 22 }).exceeded).toBeUndefined();
  });
});

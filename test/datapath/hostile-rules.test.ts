import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { Trace } from '../../src/model/trace.js';
import { buildHost } from '../support/host-builder.js';
import { lab } from '../support/lab.js';

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
  ])('%i levels of %i: unknown, with what there was too much of', (levels, times) => {
    const { outcome, exceeded, reason } = traced(fan(levels, times));
    expect([outcome, exceeded]).toEqual(['unknown', { what: 'rules matched', limit: 65_536, detail: "host's filter FORWARD" }]);
    expect(reason).toBe("in host's filter FORWARD one packet matches more than 65,536 rules, and they were followed no further");
  });

  test('a verdict at the end is met on the first way there', () => {
    const { outcome, rules } = traced(fan(200, 2, ['-j DROP']));
    expect([outcome, rules.length]).toEqual(['timeout', 201]);
  });

  test('a counter in the mark that makes each round another', () => {
    const adder = Array.from({ length: 30 }, (_, i) => `-m mark --mark ${2 ** i}/${2 ** i} -j MARK --set-xmark ${2 ** i}/0`);
    const { outcome, exceeded } = traced(fan(40, 2, ['-j MARK --set-xmark 1/0', ...adder]));
    expect([outcome, exceeded !== undefined]).toEqual(['unknown', true]);
  });
});

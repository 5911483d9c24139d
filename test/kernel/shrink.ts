import type { FlowRequest } from '../../src/model/trace.js';
import type { Scenario, ScenarioNetns } from './generate/scenario.js';

/** Something that can be left out of a scenario. */
type Part =
  | { readonly kind: 'namespace'; readonly netns: string }
  | { readonly kind: 'table'; readonly netns: string; readonly table: number }
  | { readonly kind: 'chain'; readonly netns: string; readonly table: number; readonly chain: string }
  | { readonly kind: 'rule'; readonly netns: string; readonly table: number; readonly chain: string; readonly rule: string }
  | { readonly kind: 'line'; readonly netns: string; readonly list: 'ip' | 'ip6' | 'bridge' | 'ipset' | 'sysctls'; readonly text: string }
  | { readonly kind: 'listener'; readonly netns: string; readonly listener: number };

const key = (part: Part): string => JSON.stringify(part);
const sysctlText = ([name, value]: readonly [string, string]): string => `${name}=${value}`;

function bigParts(scenario: Scenario, flow: FlowRequest): Part[] {
  const others = scenario.namespaces
    .filter((n) => n.name !== 'host' && n.name !== flow.from)
    .map((n): Part => ({ kind: 'namespace', netns: n.name }));
  return [...others, ...scenario.namespaces.flatMap((n) => n.tables.map((_, table): Part => ({ kind: 'table', netns: n.name, table })))];
}

function smallParts(scenario: Scenario): Part[] {
  return scenario.namespaces.flatMap((n): Part[] => [
    ...n.tables.flatMap((t, table) =>
      t.chains.flatMap((c): Part[] => [
        ...c.rules.map((rule): Part => ({ kind: 'rule', netns: n.name, table, chain: c.name, rule })),
        ...(c.policy === undefined && c.rules.length === 0 ? [{ kind: 'chain', netns: n.name, table, chain: c.name } as const] : []),
      ]),
    ),
    ...(['ip', 'ip6', 'bridge', 'ipset'] as const).flatMap((list) =>
      n[list].map((text): Part => ({ kind: 'line', netns: n.name, list, text })),
    ),
    ...n.sysctls.map((setting): Part => ({ kind: 'line', netns: n.name, list: 'sysctls', text: sysctlText(setting) })),
    ...n.listeners.map((_, listener): Part => ({ kind: 'listener', netns: n.name, listener })),
  ]);
}

function netnsWithout(n: ScenarioNetns, gone: ReadonlySet<string>): ScenarioNetns {
  const keeps = (part: Part): boolean => !gone.has(key(part));
  const lines = (list: 'ip' | 'ip6' | 'bridge' | 'ipset'): readonly string[] =>
    n[list].filter((text) => keeps({ kind: 'line', netns: n.name, list, text }));
  return {
    ...n,
    ip: lines('ip'),
    ip6: lines('ip6'),
    bridge: lines('bridge'),
    ipset: lines('ipset'),
    sysctls: n.sysctls.filter((setting) => keeps({ kind: 'line', netns: n.name, list: 'sysctls', text: sysctlText(setting) })),
    listeners: n.listeners.filter((_, listener) => keeps({ kind: 'listener', netns: n.name, listener })),
    tables: n.tables.flatMap((t, table) => {
      if (!keeps({ kind: 'table', netns: n.name, table })) return [];
      const chains = t.chains.filter((c) => keeps({ kind: 'chain', netns: n.name, table, chain: c.name }));
      const kept = chains.map((c) => ({
        ...c,
        rules: c.rules.filter((rule) => keeps({ kind: 'rule', netns: n.name, table, chain: c.name, rule })),
      }));
      return [{ ...t, chains: kept }];
    }),
  };
}

function without(scenario: Scenario, parts: readonly Part[]): Scenario {
  const gone = new Set(parts.map(key));
  const namespaces = scenario.namespaces.filter((n) => !gone.has(key({ kind: 'namespace', netns: n.name })));
  const names = scenario.namespaces.filter((n) => !namespaces.includes(n)).map((n) => n.name);
  const base = scenario.base.filter((line) => !names.some((name) => line.endsWith(` netns ${name}`) || line === `netns add ${name}`));
  return { ...scenario, base, namespaces: namespaces.map((n) => netnsWithout(n, gone)) };
}

/** Leaves out as much as it can, halves before single parts (delta debugging). */
async function reduce(
  start: Scenario,
  parts: (scenario: Scenario) => Part[],
  stillShows: (scenario: Scenario) => Promise<boolean>,
  until: number,
): Promise<Scenario> {
  let scenario = start;
  for (let size = Math.ceil(parts(scenario).length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const all = parts(scenario);
    const kept = new Set(all.map(key));
    for (let at = 0; at < all.length && Date.now() < until; at += size) {
      const group = all.slice(at, at + size).filter((part) => kept.has(key(part)));
      const smaller = without(scenario, group);
      if (group.length === 0 || !(await stillShows(smaller))) continue;
      scenario = smaller;
      // what was numbered by its place has moved: it is taken up in the next, finer round
      if (group.some((part) => part.kind === 'table' || part.kind === 'listener')) break;
      for (const part of group) kept.delete(key(part));
    }
  }
  return scenario;
}

/**
 * @param flow the one flow to keep.
 * @param stillShows whether a smaller scenario still shows what is to be shown.
 * @param budget milliseconds after which it takes what it has.
 * @returns the smallest scenario it could find.
 */
export async function shrink(
  scenario: Scenario,
  flow: FlowRequest,
  stillShows: (scenario: Scenario) => Promise<boolean>,
  budget: number,
): Promise<Scenario> {
  const until = Date.now() + budget;
  const alone: Scenario = { ...scenario, flows: [flow] };
  const coarse = await reduce(alone, (s) => bigParts(s, flow), stillShows, until);
  const fine = await reduce(coarse, smallParts, stillShows, until);
  return reduce(fine, (s) => [...bigParts(s, flow), ...smallParts(s)], stillShows, until);
}

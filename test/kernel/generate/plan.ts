import { parseIp, parsePrefix, type Ip, type Prefix } from '../../../src/address/ip.js';
import type { Wire } from '../../../src/kernel/wires.js';
import type { PlanLine, NetnsPlan, RulesetText, TwinPlan } from '../../../src/kernel/plan/plan.js';
import { writtenLine } from '../../../src/kernel/write/words.js';
import type { Scenario, ScenarioNetns, ScenarioTable } from './scenario.js';

const asLines = (texts: readonly string[]): PlanLine[] =>
  texts.map((text) => ({ words: text.split(' ').filter((word) => word !== ''), what: text }));

const isRule = (line: string): boolean => line.startsWith('rule ');

function rulesetText(tables: readonly ScenarioTable[], family: 4 | 6): RulesetText[] {
  const own = tables.filter((t) => t.family === family);
  if (own.length === 0) return [];
  const lines = own
    .flatMap((t) => [
      `*${t.name}`,
      ...t.chains.map((c) => `:${c.name} ${c.policy ?? '-'} [0:0]`),
      ...t.chains.flatMap((c) => c.rules),
      'COMMIT',
    ])
    .map(writtenLine);
  return [{ family, backend: 'nft', lines, sources: lines.map(() => '') }];
}

/** What a namespace has on its own links, by the addresses it was given. */
function neighbours(netns: ScenarioNetns, scenario: Scenario): string[] {
  const given = (n: ScenarioNetns): string[] => n.ip.flatMap((line) => /^addr add (\S+)\/\d+ dev (?!lo)/.exec(line)?.[1] ?? []);
  const subnets = netns.ip.flatMap((line) => parsePrefix(/^addr add (\S+) dev (?!lo)/.exec(line)?.[1] ?? '') ?? []);
  const others = scenario.amongStrangers === true ? [] : scenario.namespaces.filter((n) => n !== netns).flatMap(given);
  const gateways = scenario.wires.flatMap((w) => w.gateways);
  const near = (text: string): boolean => subnets.some((s) => inPrefix(s, parseIp(text)));
  return [...others, ...gateways].filter((text) => !text.startsWith('fe80') && near(text));
}

function inPrefix(prefix: Prefix, ip: Ip | undefined): boolean {
  if (ip === undefined || typeof ip !== typeof prefix.addr) return false;
  return typeof ip === 'bigint' ? (ip & BigInt(prefix.mask)) === prefix.addr : (ip & Number(prefix.mask)) >>> 0 === prefix.addr;
}

/** @returns the commands of a scenario as the twin's builder takes them; names of namespaces stay as they are. */
export function scenarioPlan(scenario: Scenario): TwinPlan {
  const namespaces = scenario.namespaces.map((n): NetnsPlan => ({
    name: n.name,
    stacked: asLines(n.stacked),
    sysctls: n.sysctls.map(([key, value]) => ({ key, value, what: key })),
    ip: asLines(n.ip.filter((line) => !isRule(line))),
    ip6: asLines(n.ip6.filter((line) => !isRule(line))),
    rules: asLines(n.ip.filter(isRule)),
    rules6: asLines(n.ip6.filter(isRule)),
    bridge: asLines(n.bridge),
    known: n.name === 'host' ? neighbours(n, scenario) : [],
    ipset: asLines(n.ipset),
    rulesets: [...rulesetText(n.tables, 4), ...rulesetText(n.tables, 6)],
    listeners: n.listeners,
  }));
  return { base: asLines(scenario.base), namespaces, uplinks: scenario.wires.map((w) => w.uplink), gaps: [] };
}

/** @returns the wires that lead outside, with what is at their far ends. */
export function scenarioWires(scenario: Scenario): Wire[] {
  return scenario.wires.map(({ uplink, subnets, gateways, stations }) => ({
    uplinks: [uplink],
    dev: uplink.far,
    stations: stations.flatMap(({ ip, mac }) => {
      const parsed = parseIp(ip);
      return parsed === undefined ? [] : [{ ip: parsed, mac }];
    }),
    subnets: subnets.flatMap((text) => parsePrefix(text) ?? []),
    gateways: gateways.flatMap((text) => parseIp(text) ?? []),
  }));
}

/** @returns addresses in the flows that no network inside holds. */
export function scenarioOutside(scenario: Scenario): Ip[] {
  const inside = ['172.16.0.0/12', 'fd00::/8', '127.0.0.0/8', '::1/128'].flatMap((text) => parsePrefix(text) ?? []);
  const own = new Set(scenario.namespaces.flatMap((n) => n.ip.map((line) => /^addr add ([^/]+)/.exec(line)?.[1] ?? '')));
  const named = scenario.flows.flatMap((f) => [f.from, f.to]).filter((text) => !own.has(text));
  return [...new Set(named.flatMap((text) => parseIp(text) ?? []))].filter((ip) => !inside.some((p) => inPrefix(p, ip)));
}

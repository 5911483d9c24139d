import type { Host, Netns } from '../../model/host.js';
import type { PolicyRule } from '../../model/link.js';
import type { NftRuleset } from '../../model/nftables/ruleset.js';
import type { Ruleset } from '../../model/netfilter.js';
import type { RuleHit } from '../../model/trace.js';
import { printSetElements, withoutCounts } from '../../netfilter/nftables/index.js';
import { ipsetKey, memberText, nftSetKey } from './set-names.js';

/** Writes the names of one host as any host set up alike writes them. */
export type CommonNames = (text: string) => string;

/** @returns a policy rule as a line. */
export function policyLine(netns: string, rule: PolicyRule, name: CommonNames): string {
  return `${netns} ip rule ${rule.family} ${rule.priority} ${name(rule.text)}`;
}

/** @returns a rule that matched as a line: of nftables without what it has counted, and with its chain, which its text does not name. */
export function ruleLine(hit: RuleHit, name: CommonNames): string {
  if (hit.nft === undefined) return `${hit.netns} ${hit.family} ${hit.table} ${name(hit.rule)}`;
  return `${hit.netns} ${hit.nft} ${hit.table} ${hit.chain} ${name(withoutCounts(hit.rule))}`;
}

/** @returns a base chain as a line: `family` is that of its table. */
export function chainLine(netns: string, family: string | number, table: string, chain: string): string {
  return `${netns} ${family} ${table} -P ${chain}`;
}

/** @returns a setting as a line. */
export function settingLine(netns: string, key: string, value: string): string {
  return `${netns} ${key}=${value}`;
}

function* iptablesLines(netns: string, set: Ruleset, name: CommonNames): Generator<string> {
  for (const table of set.tables.values())
    for (const chain of table.chains.values()) {
      const place = chainLine(netns, set.family, table.name, chain.name);
      if (chain.policy !== undefined) yield* [place, `${place} ${chain.policy}`];
      for (const rule of chain.rules) yield `${netns} ${set.family} ${table.name} ${name(rule.text)}`;
    }
}

function* nftLines(netns: string, { tables }: NftRuleset, name: CommonNames): Generator<string> {
  for (const table of tables)
    for (const chain of table.chains.values()) {
      const place = chainLine(netns, table.family, table.name, chain.name);
      if (chain.base !== undefined) yield* [place, `${place} ${chain.base.policy.toUpperCase()}`];
      for (const rule of chain.rules) yield `${netns} ${table.family} ${table.name} ${chain.name} ${name(withoutCounts(rule.text))}`;
    }
}

/** @returns an element of a set as a line: `set` tells the set from every other of its namespace. */
export function elementLine(netns: string, set: string, text: string, name: CommonNames): string {
  return `${netns} ${set} { ${name(withoutCounts(text))} }`;
}

function* elementLines(netns: Netns, name: CommonNames): Generator<string> {
  for (const set of netns.ipsets.values())
    for (const member of set.members) yield elementLine(netns.name, ipsetKey(set.name), memberText(member), name);
  for (const table of netns.nftables?.tables ?? [])
    for (const set of table.sets.values())
      for (const text of printSetElements(set)) yield elementLine(netns.name, nftSetKey(table, set.name), text, name);
}

function* linesIn(netns: Netns, name: CommonNames): Generator<string> {
  for (const route of netns.routes) yield `${netns.name} ${name(route.text)}`;
  for (const rule of netns.rules) yield policyLine(netns.name, rule, name);
  for (const [key, { value }] of netns.sysctl) yield settingLine(netns.name, key, String(value));
  for (const set of netns.rulesets) yield* iptablesLines(netns.name, set, name);
  if (netns.nftables !== undefined) yield* nftLines(netns.name, netns.nftables, name);
}

/** @returns every line of a host's rules, routes and settings that may decide, written alike on any host: `name` puts common names for its own. */
export function linesOf(host: Host, name: CommonNames): readonly string[] {
  return [...host.netns.values()].flatMap((netns) => [...linesIn(netns, name)]);
}

/** @returns every element of a host's sets, written so as well. */
export function elementsOf(host: Host, name: CommonNames): readonly string[] {
  return [...host.netns.values()].flatMap((netns) => [...elementLines(netns, name)]);
}

import type { Host } from '../../model/host.js';
import type { Chain, Rule, Ruleset, Table } from '../../model/netfilter.js';
import type { NetnsName } from '../../model/netns.js';
import { chainGraph } from './chain-graph.js';

/** A chain in its table, back end and namespace. */
export interface ChainPlace {
  readonly netns: NetnsName;
  readonly ruleset: Ruleset;
  readonly table: Table;
  readonly chain: Chain;
}

/** A rule in its chain. */
export interface FoundRule extends ChainPlace {
  readonly rule: Rule;
  /** Counted from 1. */
  readonly number: number;
}

/** @returns every chain of iptables on a host, of all namespaces. */
export function allChains(host: Host): readonly ChainPlace[] {
  return [...host.netns.values()].flatMap(({ name, rulesets }) =>
    rulesets.flatMap((ruleset) =>
      [...ruleset.tables.values()].flatMap((table) => [...table.chains.values()].map((chain) => ({ netns: name, ruleset, table, chain }))),
    ),
  );
}

/** @returns the rule that stands in a line of a file. */
export function ruleAt(host: Host, file: string, lineNumber: number): FoundRule | undefined {
  for (const place of allChains(host)) {
    const at = place.chain.rules.findIndex((rule) => rule.origin.line === lineNumber && rule.origin.file === file);
    const rule = place.chain.rules[at];
    if (rule !== undefined) return { ...place, rule, number: at + 1 };
  }
  return undefined;
}

/** @returns the rules of the same table that jump to a chain. */
export function jumpsTo({ table, netns, ruleset }: ChainPlace, name: string): FoundRule[] {
  return chainGraph(table)
    .jumpsTo(name)
    .map(({ chain, rule, position }) => ({ netns, ruleset, table, chain, rule, number: position + 1 }));
}

/** @returns whether a packet can come to a chain at all: it is built in, or jumped to from one that is. */
export function isReached({ table, chain }: ChainPlace): boolean {
  return chainGraph(table).hooksTo(chain.name).size > 0;
}

/** @returns `nat DOCKER of host`. */
export function chainName({ netns, table, chain, ruleset }: ChainPlace): string {
  return `${table.name} ${chain.name} of ${netns}${ruleset.family === 6 ? ' (IPv6)' : ''}`;
}

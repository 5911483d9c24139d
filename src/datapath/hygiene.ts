import type { Machine } from './machine.js';
import type { NetnsState } from './netns-state.js';
import type { Ruleset, Table } from '../model/netfilter.js';
import { hygieneOf, type RuleFinding, type TableHygiene } from '../netfilter/hygiene/hygiene.js';

/** @returns what is known of the rules of a namespace's table. */
export function hygieneIn(ns: NetnsState, { family }: Ruleset, table: Table): TableHygiene {
  const devices = ns.netns.sources.has('addr') ? { devices: new Set(ns.interfaces.keys()) } : {};
  return hygieneOf(table, { netns: ns.name, family, ...devices });
}

/** @returns the rules that no packet can meet, of every table of every namespace. */
export function analyseRules(machine: Machine): readonly RuleFinding[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    ns.netns.rulesets.flatMap((set) => [...set.tables.values()].flatMap((table) => hygieneIn(ns, set, table).all())),
  );
}

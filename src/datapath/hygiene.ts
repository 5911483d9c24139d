import type { Machine } from './machine/machine.js';
import type { NetnsState } from './machine/netns-state.js';
import type { Rule, Ruleset, Table } from '../model/netfilter.js';
import type { NftRule, NftTable } from '../model/nftables/ruleset.js';
import { type HygienePlace, type RuleFinding, type TableHygiene, hygieneOf, nativeHygieneOf } from '../netfilter/index.js';

function placeOf(ns: NetnsState): HygienePlace {
  const devices = ns.netns.sources.has('addr') ? { devices: new Set(ns.interfaces.keys()) } : {};
  return { netns: ns.name, ...devices };
}

/** @returns what is known of the rules of a namespace's table. */
export function hygieneIn(ns: NetnsState, { family }: Ruleset, table: Table): TableHygiene<Rule> {
  return hygieneOf(table, family, placeOf(ns));
}

/** @returns what is known of the rules of a native table of a namespace. */
export function nativeHygieneIn(ns: NetnsState, table: NftTable): TableHygiene<NftRule> {
  return nativeHygieneOf(table, placeOf(ns));
}

/** @returns the rules that no packet can meet, of every table of every namespace. */
export function analyseRules(machine: Machine): readonly RuleFinding[] {
  return [...machine.namespaces.values()].flatMap((ns) => [
    ...ns.netns.rulesets.flatMap((set) => [...set.tables.values()].flatMap((table) => hygieneIn(ns, set, table).all())),
    ...ns.natives.own.flatMap((table) => nativeHygieneIn(ns, table).all()),
  ]);
}

import { factsIn } from '../../netfilter/iptables/index.js';
import type { NetnsView } from './netns-view.js';

const known = new WeakMap<NetnsView, ReadonlySet<string>>();

function writtenLists(ns: NetnsView): ReadonlySet<string> {
  const names = new Set<string>();
  for (const set of ns.netns.rulesets)
    for (const table of set.tables.values()) {
      const facts = factsIn(table, set.family);
      for (const chain of table.chains.values())
        for (const rule of chain.rules) for (const name of facts.of(rule).recentLists) names.add(name);
    }
  return names;
}

/** @returns whether a rule of a namespace writes addresses into a list of xt_recent. */
export function writesList(ns: NetnsView, name: string): boolean {
  let names = known.get(ns);
  if (names === undefined) known.set(ns, (names = writtenLists(ns)));
  return names.has(name);
}

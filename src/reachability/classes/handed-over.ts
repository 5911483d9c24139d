import type { NetnsState } from '../../datapath/index.js';
import { factsOf } from '../../netfilter/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';

const known = new WeakMap<NetnsState, boolean>();

/** @returns whether rules of a namespace hold sockets against packets that are for other addresses than its own. */
export function handsOver(ns: NetnsState): boolean {
  let found = known.get(ns);
  if (found === undefined) {
    const natives = ([4, 6] as const).flatMap((family) => [...ns.natives.rules(family)]);
    found = natives.some((rule) => factsOf({ predicate: rule.predicate, action: rule.action }).handsOver);
    found ||= ns.netns.rulesets.some((set) =>
      [...set.tables.values()].some((table) => {
        const facts = factsIn(table, set.family);
        return [...table.chains.values()].some((chain) => chain.rules.some((rule) => facts.of(rule).handsOver));
      }),
    );
    known.set(ns, found);
  }
  return found;
}

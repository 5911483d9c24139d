import type { Family } from '../../address/ip.js';
import type { Rule, Table } from '../../model/netfilter.js';
import { chainGraph } from '../iptables/chain-graph.js';
import { compileRule } from '../iptables/compile.js';
import { factsIn } from '../iptables/rule-facts.js';
import { TableHygiene, type HygienePlace } from './hygiene.js';
import type { RuleTable } from './rule-table.js';

/** @returns a table of iptables as hygiene looks at it. */
function ruleTable(table: Table, family: Family): RuleTable<Rule> {
  const graph = chainGraph(table);
  const facts = factsIn(table, family);
  return {
    name: table.name,
    family,
    chains: table.chains,
    isReached: (chain) => graph.hooksTo(chain).size > 0,
    below: (chain) => graph.below(chain),
    head: ({ head }) => head,
    compile: (rule) => (rule.gap === undefined ? compileRule(rule, table, family) : undefined),
    action: (rule) => facts.of(rule).action,
  };
}

const known = new WeakMap<Table, TableHygiene<Rule>>();

/** @returns what is known of a table's rules, found out once. A table stands in one namespace. */
export function hygieneOf(table: Table, family: Family, place: HygienePlace): TableHygiene<Rule> {
  let hygiene = known.get(table);
  if (hygiene === undefined) known.set(table, (hygiene = new TableHygiene(ruleTable(table, family), place)));
  return hygiene;
}

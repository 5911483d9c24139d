import type { NftRule, NftTable } from '../../model/nftables/ruleset.js';
import { nftGraph, showsAllJumps } from '../nftables/chain-graph.js';
import { compileNftRule, nativeHead, TableSets, type CompiledNftRule } from '../nftables/compile/index.js';
import type { Predicate } from '../predicate/predicate.js';
import { TableHygiene, type HygienePlace } from './hygiene.js';
import type { RuleTable } from './rule-table.js';

/** Whether a rule looks into a named set that holds nothing yet: programs fill such sets, and the rule waits for that. */
function waits({ statements }: NftRule, { sets }: NftTable): boolean {
  return statements.some((statement) => {
    if (statement.kind !== 'match' || statement.right.kind !== 'set reference') return false;
    const elements = sets.get(statement.right.name)?.elements;
    return elements !== undefined && (elements.kind === 'list' ? elements.of.length : elements.lo.length) === 0;
  });
}

/** Asked of what nobody can tell yet. */
const LATER: Predicate = {
  op: 'unknown',
  question: { category: 'ipset', yes: 'match', no: 'no-match', usual: false, detail: 'what the set will hold' },
};

/** @returns a native table as hygiene looks at it; its rules are of no one family. */
function ruleTable(table: NftTable): RuleTable<NftRule> {
  const graph = nftGraph(table);
  const sets = new TableSets(table);
  const open = !showsAllJumps(table);
  const made = new Map<NftRule, CompiledNftRule>();
  const compiled = (rule: NftRule): CompiledNftRule => {
    let one = made.get(rule);
    if (one === undefined) made.set(rule, (one = compileNftRule(rule, table, sets)));
    return one;
  };
  // chains that iptables-save lists as well are told of by their rules there
  const own = new Map([...table.chains].filter(([, { iptables }]) => iptables === undefined));
  return {
    name: table.name,
    family: table.family,
    chains: own,
    isReached: (chain) => open || table.dormant === 'unknown' || graph.hooksTo(chain).size > 0,
    below: (chain) => graph.below(chain),
    head: ({ statements }) => nativeHead(statements),
    compile: (rule) => (rule.xt ? undefined : waits(rule, table) ? { ...compiled(rule), predicate: LATER } : compiled(rule)),
    action: (rule) => compiled(rule).action,
  };
}

const known = new WeakMap<NftTable, TableHygiene<NftRule>>();

/** @returns what is known of a native table's rules, found out once. A table stands in one namespace. */
export function nativeHygieneOf(table: NftTable, place: HygienePlace): TableHygiene<NftRule> {
  let hygiene = known.get(table);
  if (hygiene === undefined) known.set(table, (hygiene = new TableHygiene(ruleTable(table), place)));
  return hygiene;
}

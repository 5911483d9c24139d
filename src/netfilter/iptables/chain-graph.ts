import type { Chain, HookName, Rule, Table } from '../../model/netfilter.js';
import { ChainGraph, type Jump } from '../chain-graph.js';

const HOOKS: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
const isHook = (name: string): name is HookName => HOOKS.has(name);

/** The last words of most rules; others are read whole. */
const JUMP = / -[jg] (\S+)$/;

/** @returns the chain that a rule leads to; whole rules are read only where their last words do not tell, since a table may have 100,000. */
function jumpOf(rule: Rule, table: Table): string | undefined {
  if (rule.gap !== undefined) return undefined;
  // in quotes, the last words may be a remark's
  const last = /["']/.test(rule.text) ? undefined : JUMP.exec(rule.text)?.[1];
  if (last !== undefined && !table.chains.has(last)) return undefined;
  const name = rule.spec.target?.name;
  return name !== undefined && table.chains.has(name) ? name : undefined;
}

function* jumpsOf(table: Table): Generator<Jump<Chain, Rule>> {
  for (const chain of table.chains.values()) {
    for (const [position, rule] of chain.rules.entries()) {
      const to = jumpOf(rule, table);
      if (to !== undefined) yield { rule, chain, position, to };
    }
  }
}

/** The chains of a table of iptables. */
export type TableGraph = ChainGraph<Chain, Rule, HookName>;

/** The graph by the rules that are shown, and the one by those that may be there as well: the same where none is hidden. */
interface Graphs {
  readonly shown: TableGraph;
  readonly possible: TableGraph;
}

const made = new WeakMap<Table, Graphs>();

function graphsOf(table: Table): Graphs {
  let graphs = made.get(table);
  if (graphs === undefined) {
    const all = [...table.chains.values()];
    const bases = all.flatMap(({ name, policy }) => (policy !== undefined && isHook(name) ? [name] : []));
    const open = new Set(all.flatMap(({ name, rules }) => (rules.some(({ gap }) => gap !== undefined) ? [name] : [])));
    const others = all.flatMap(({ name }) => (isHook(name) ? [] : [name]));
    const shown = new ChainGraph(jumpsOf(table), bases);
    made.set(table, (graphs = { shown, possible: open.size === 0 ? shown : new ChainGraph(jumpsOf(table), bases, open, others) }));
  }
  return graphs;
}

/** @returns the graph of a table's chains, found out once: where rules are not shown, they may lead to any chain. */
export function chainGraph(table: Table): TableGraph {
  return graphsOf(table).possible;
}

/** @returns the built-in chains from which rules that are shown lead to a chain; a built-in one by its name alone, whether it is listed or not. */
export function hooksTo(table: Table, chain: string): ReadonlySet<HookName> {
  return isHook(chain) ? new Set([chain]) : graphsOf(table).shown.hooksTo(chain);
}

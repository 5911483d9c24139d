import type { Chain, HookName, Rule, Table } from '../../model/netfilter.js';

const HOOKS: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
const isHook = (name: string): name is HookName => HOOKS.has(name);
const NONE: ReadonlySet<HookName> = new Set();

/** The last words of most rules; others are read whole. */
const JUMP = / -[jg] (\S+)$/;

/** A rule that sends packets to another chain of its table. */
export interface Jump {
  readonly rule: Rule;
  /** Where the rule stands. */
  readonly chain: Chain;
  /** Counted from 0. */
  readonly position: number;
  readonly to: string;
}

/** @returns the chain that a rule leads to; whole rules are read only where their last words do not tell, since a table may have 100,000. */
function jumpOf(rule: Rule, table: Table): string | undefined {
  if (rule.gap !== undefined) return undefined;
  // in quotes, the last words may be a remark's
  const last = /["']/.test(rule.text) ? undefined : JUMP.exec(rule.text)?.[1];
  if (last !== undefined && !table.chains.has(last)) return undefined;
  const name = rule.spec.target?.name;
  return name !== undefined && table.chains.has(name) ? name : undefined;
}

/** Which chain of a table leads to which (mark_source_chains, nft_chain_validate): one graph for all who ask. */
export class ChainGraph {
  private readonly jumpsFrom = new Map<string, Jump[]>();
  private readonly jumpsInto = new Map<string, Jump[]>();
  private found: ReadonlyMap<string, ReadonlySet<HookName>> | undefined;

  constructor(private readonly table: Table) {
    for (const chain of table.chains.values()) {
      for (const [position, rule] of chain.rules.entries()) {
        const to = jumpOf(rule, table);
        if (to === undefined) continue;
        const jump = { rule, chain, position, to };
        this.file(this.jumpsFrom, chain.name, jump);
        this.file(this.jumpsInto, to, jump);
      }
    }
  }

  private file(list: Map<string, Jump[]>, name: string, jump: Jump): void {
    const known = list.get(name);
    if (known === undefined) list.set(name, [jump]);
    else known.push(jump);
  }

  /** @returns the rules that lead to a chain, in the order of the table. */
  jumpsTo(name: string): readonly Jump[] {
    return this.jumpsInto.get(name) ?? [];
  }

  /** @returns a chain and all that it leads to. @param without a chain that is not gone through. */
  below(name: string, without?: string): ReadonlySet<string> {
    const seen = new Set<string>([name]);
    // a set gives what is added while it is gone through
    for (const one of seen) for (const { to } of this.jumpsFrom.get(one) ?? []) if (to !== without) seen.add(to);
    return seen;
  }

  private get hooks(): ReadonlyMap<string, ReadonlySet<HookName>> {
    if (this.found !== undefined) return this.found;
    const found = new Map<string, Set<HookName>>();
    for (const hook of this.bases) for (const name of this.below(hook)) found.set(name, (found.get(name) ?? new Set()).add(hook));
    return (this.found = found);
  }

  /** The chains that a hook calls. */
  private get bases(): readonly HookName[] {
    return [...this.table.chains.values()].flatMap(({ name, policy }) => (policy !== undefined && isHook(name) ? [name] : []));
  }

  /** @returns the built-in chains from which rules lead to a chain, itself among them; none where none does, or is shown. */
  hooksTo(name: string): ReadonlySet<HookName> {
    return this.hooks.get(name) ?? NONE;
  }

  /** @returns every chain that packets can be sent to. */
  reached(): ReadonlySet<string> {
    return new Set(this.hooks.keys());
  }

  /** @returns whether packets come to a chain by another one only. */
  isOnlyBy(name: string, way: string): boolean {
    return name !== way && this.bases.every((hook) => hook !== way && !this.below(hook, way).has(name));
  }
}

const made = new WeakMap<Table, ChainGraph>();

/** @returns the graph of a table's chains, found out once. */
export function chainGraph(table: Table): ChainGraph {
  let graph = made.get(table);
  if (graph === undefined) made.set(table, (graph = new ChainGraph(table)));
  return graph;
}

/** @returns the built-in chains from which rules lead to a chain; a built-in one by its name alone, whether it is listed or not. */
export function hooksTo(table: Table, chain: string): ReadonlySet<HookName> {
  return isHook(chain) ? new Set([chain]) : chainGraph(table).hooksTo(chain);
}

import type { Chain, Ruleset, Table, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import type { RuleHit } from '../../model/trace.js';
import { compileRule, type CompiledRule } from '../../netfilter/iptables/index.js';
import type { Action, Only, Predicate } from '../../netfilter/index.js';
import { ChainIndex } from './chain-index.js';
import type { Test } from './context.js';
import { compilePredicate } from './evaluate.js';
import { hitAction, makeHit } from './hit.js';

/** A rule as the walk needs it, with what a trace says of a packet that matched it. */
export interface RunnableRule {
  readonly origin: Origin;
  readonly predicate: Predicate;
  readonly test: Test;
  readonly action: Action;
  /** Of a native rule that does more than to end or to go on: what it does, in order, in place of `action`. */
  readonly steps?: readonly RunnableStep[];
  readonly hit: RuleHit;
}

/** A condition, or something to be done. */
export type RunnableStep = { readonly test: Test } | { readonly action: Action; readonly only?: Only };

/** A chain as the walk needs it. */
export interface RunnableChain {
  readonly name: string;
  /** Set for base chains. */
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  /** Set for base chains of `nat`. */
  readonly translates?: boolean;
  /** The listing does not show the policy; the words name what would tell. */
  readonly policyUnseen?: string | undefined;
  readonly origin: Origin;
  /** @returns the rule at a position, undefined beyond the end. */
  rule(position: number): RunnableRule | undefined;
  /** How to find the rules worth trying; undefined where all are tried in turn. */
  readonly index: ChainIndex | undefined;
}

/** Chains that may jump to each other. */
export interface ChainTable {
  /** For people; absent where nobody asks. */
  readonly name?: string;
  /** How many rules there are in all its chains; absent where nobody counts them. */
  readonly size?: number;
  /** @returns the chain, or undefined where the table has none of that name. */
  chain(name: string): RunnableChain | undefined;
  /** @returns a chain that the other language put into the table. */
  besides?(name: string): RunnableChain | undefined;
}

/** @returns the chain of a table that a rule leads to, in whichever language it was written. */
export function chainIn(table: ChainTable, name: string): RunnableChain | undefined {
  return table.chain(name) ?? table.besides?.(name);
}

/** A rule of one of iptables' tables. */
export interface TableRule extends CompiledRule, RunnableRule {}

function verdictText({ rule, action }: CompiledRule): string {
  switch (action.kind) {
    case 'jump':
      return `JUMP ${action.chain}`;
    case 'goto':
      return `GOTO ${action.chain}`;
    default:
      return rule.spec.target?.name ?? 'CONTINUE';
  }
}

function hitOf(compiled: CompiledRule, netns: string, family: 4 | 6, table: TableName): RuleHit {
  const { rule } = compiled;
  const { file, line } = rule.origin;
  const printed = { netns, family, table, chain: rule.chain, rule: rule.text, verdict: verdictText(compiled), file, line };
  return makeHit(printed, hitAction(compiled.action, compiled.rule.spec.target !== undefined));
}

/** What nft put into a table of iptables, which iptables-save misprints or leaves out. */
export interface NativesAmong {
  /** @returns the rule that stands where iptables-save prints another. */
  misprinted(chain: string, place: number): RunnableRule | undefined;
  /** @returns the places of such rules of a chain. */
  misprints(chain: string): ReadonlyMap<number, unknown> | undefined;
  /** @returns a chain that iptables-save does not list. */
  unlisted(name: string): RunnableChain | undefined;
}

const NO_HEAD = { head: {} } as const;

/** A chain whose rules are compiled when a packet first comes to them. */
export class CompiledChain implements RunnableChain {
  readonly name: string;
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  readonly translates: boolean;
  private readonly compiled: (TableRule | undefined)[];
  private indexed: ChainIndex | undefined;
  private wantsIndex = true;

  constructor(
    readonly chain: Chain,
    private readonly table: Table,
    private readonly family: 4 | 6,
    private readonly netns: string,
    private readonly natives: NativesAmong | undefined,
  ) {
    this.name = chain.name;
    this.policy = chain.policy;
    this.translates = table.name === 'nat';
    this.compiled = new Array<TableRule | undefined>(chain.rules.length);
  }

  get policyUnseen(): string | undefined {
    return this.chain.policyUnseen;
  }

  get origin(): Origin {
    return this.chain.origin;
  }

  /** All rules, compiled. */
  get rules(): readonly TableRule[] {
    return this.chain.rules.map((_, position) => this.rule(position)!);
  }

  /** @returns the rule at a position, undefined beyond the end. */
  rule(position: number): TableRule | undefined {
    if (position >= this.compiled.length) return undefined;
    return this.compiled[position] ?? this.compile(position);
  }

  private compile(position: number): TableRule | undefined {
    const rule = this.chain.rules[position];
    if (rule === undefined) return undefined;
    const compiled = compileRule(rule, this.table, this.family);
    const native = this.natives?.misprinted(this.name, position);
    return (this.compiled[position] = native
      ? { ...compiled, ...native }
      : {
          ...compiled,
          origin: rule.origin,
          test: compilePredicate(compiled.predicate),
          hit: hitOf(compiled, this.netns, this.family, this.table.name),
        });
  }

  get index(): ChainIndex | undefined {
    if (this.wantsIndex) {
      const misprinted = this.natives?.misprints(this.name);
      const { rules } = this.chain;
      this.indexed = ChainIndex.of(misprinted ? rules.map((rule, i) => (misprinted.has(i) ? NO_HEAD : rule)) : rules);
      this.wantsIndex = false;
    }
    return this.indexed;
  }
}

/** One table of one back end; chains are compiled when they are first met. */
export class CompiledTable implements ChainTable {
  private readonly chains = new Map<string, CompiledChain>();
  private counted = -1;

  constructor(
    readonly table: Table,
    readonly family: 4 | 6,
    readonly backend: Ruleset['backend'] = 'unknown',
    private readonly netns = '',
    private readonly natives?: NativesAmong,
  ) {}

  get name(): string {
    return this.table.name;
  }

  get size(): number {
    if (this.counted < 0) {
      this.counted = 0;
      for (const { rules } of this.table.chains.values()) this.counted += rules.length;
    }
    return this.counted;
  }

  /** @returns the chain, or undefined where the table has none of that name. */
  chain(name: string): CompiledChain | undefined {
    const known = this.chains.get(name);
    if (known !== undefined) return known;
    const chain = this.table.chains.get(name);
    if (chain === undefined) return undefined;
    const compiled = new CompiledChain(chain, this.table, this.family, this.netns, this.natives);
    this.chains.set(name, compiled);
    return compiled;
  }

  besides(name: string): RunnableChain | undefined {
    return this.natives?.unlisted(name);
  }
}

import type { Family } from '../../address/ip.js';
import type { NftChain, NftRule, NftTable } from '../../model/nftables/ruleset.js';
import type { Origin } from '../../model/origin.js';
import type { RuleHit } from '../../model/trace.js';
import { type Action, TRUE } from '../../netfilter/index.js';
import { anonymousChains, compileNftRule, nativeHead, TableSets } from '../../netfilter/nftables/index.js';
import { ChainIndex } from './chain-index.js';
import type { ChainTable, NativesAmong, RunnableChain, RunnableRule, RunnableStep } from './compile.js';
import { Tri } from './context.js';
import { compilePredicate } from './evaluate.js';
import { hitAction, makeHit } from './hit.js';

/** What `nft monitor trace` prints for a rule that matched. */
function verdictOf(action: Action): string {
  switch (action.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return action.kind;
    case 'jump':
    case 'goto':
      return `${action.kind} ${action.chain}`;
    case 'reject':
      return 'drop';
    case 'nat':
    case 'nat-by':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'tproxy':
      return 'accept';
    case 'fwd':
      return 'stolen';
    case 'unknown':
      return action.question.category === 'queue' ? 'queue' : 'continue';
    case 'sequence': {
      const last = action.of.at(-1);
      return last?.step === 'do' ? verdictOf(last.action) : 'continue';
    }
    case 'mark':
    case 'connmark':
    case 'ct':
    case 'ttl':
    case 'tos':
    case 'set':
    case 'map-mark':
    case 'vmap':
    case 'write':
    case 'notrack':
    case 'update':
    case 'tproxy-to':
    case 'flow':
    case 'gap':
      return 'continue';
  }
}

/** Whether a rule changes something for later ones. */
function writes(action: Action): boolean {
  switch (action.kind) {
    case 'sequence':
      return action.of.some((one) => one.step === 'do' && writes(one.action));
    case 'mark':
    case 'connmark':
    case 'write':
    case 'notrack':
    case 'update':
    case 'tproxy-to':
      return true;
    default:
      return false;
  }
}

/** Steps of an action that does more than to end the rule or to let it go on. */
function stepsOf(action: Action): readonly RunnableStep[] | undefined {
  switch (action.kind) {
    case 'sequence':
      return action.of.map((one) =>
        one.step === 'when'
          ? { test: compilePredicate(one.predicate) }
          : { action: one.action, ...(one.only !== undefined && { only: one.only }) },
      );
    case 'vmap':
    case 'nat-by':
    case 'write':
    case 'notrack':
    case 'update':
    case 'tproxy-to':
    case 'flow':
      return [{ action }];
    default:
      return undefined;
  }
}

function hitOf({ text, handle, origin }: NativeRule, chain: string, { netns, family, table }: NativeTable, verdict: string): RuleHit {
  const { file, line } = origin;
  const place = { netns, family, nft: table.family, table: table.name, chain, rule: text };
  return { ...place, ...(handle !== undefined && { handle }), verdict, file, line };
}

function runnable(rule: NativeRule, chain: string, owner: NativeTable): RunnableRule {
  const { predicate, action } = compileNftRule(rule, owner.table, owner.sets);
  const steps = stepsOf(action);
  const verdict = verdictOf(action);
  const printed = { ...hitOf(rule, chain, owner, verdict), ...(writes(action) && { writes: true as const }) };
  const hit = makeHit(printed, hitAction(verdict === 'continue' ? { kind: 'continue' } : action, false));
  return { origin: rule.origin, predicate, test: compilePredicate(predicate), action, hit, ...(steps && { steps }) };
}

/** A chain of a native table; its rules are compiled when a packet first comes to them. */
export class NativeChain implements RunnableChain {
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  readonly translates: boolean;
  private indexed: ChainIndex | undefined;
  private wantsIndex = true;
  private readonly compiled: (RunnableRule | undefined)[];

  constructor(
    readonly name: string,
    readonly origin: Origin,
    private readonly rules: readonly NativeRule[],
    private readonly owner: NativeTable,
    base: NftChain['base'],
    private readonly incomplete: boolean,
  ) {
    this.policy = base === undefined ? undefined : base.policy === 'drop' ? 'DROP' : 'ACCEPT';
    this.translates = base?.type === 'nat';
    this.compiled = new Array<RunnableRule | undefined>(rules.length);
  }

  get index(): ChainIndex | undefined {
    // rules that were not listed stand behind the others, where no index finds them
    if (this.wantsIndex && !this.incomplete)
      this.indexed = ChainIndex.of(this.rules.map(({ statements }) => ({ head: nativeHead(statements) })));
    this.wantsIndex = false;
    return this.indexed;
  }

  rule(position: number): RunnableRule | undefined {
    return this.compiled[position] ?? this.compile(position);
  }

  private compile(position: number): RunnableRule | undefined {
    const rule = this.rules[position];
    if (rule === undefined) return this.incomplete && position === this.rules.length ? this.unlisted() : undefined;
    return (this.compiled[position] = runnable(rule, this.name, this.owner));
  }

  /** Stands for rules that the listing left out. */
  private unlisted(): RunnableRule {
    const { netns, table } = this.owner;
    const detail = `the rules of chain ${table.family} ${table.name} ${this.name} of ${netns}, which were not listed`;
    const action: Action = { kind: 'gap', detail, rule: false };
    const rule: NativeRule = { text: '', origin: this.origin, statements: [], errors: [] };
    return { origin: this.origin, predicate: TRUE, test: () => Tri.Yes, action, hit: hitOf(rule, this.name, this.owner, 'continue') };
  }
}

type NativeRule = Pick<NftRule, 'text' | 'origin' | 'statements' | 'errors' | 'handle'>;

/**
 * One native table as packets of one family see it; of a table that iptables-nft made, what nft alone shows of it: base chains that
 * iptables-save leaves out, rules that it misprints.
 */
export class NativeTable implements ChainTable, NativesAmong {
  readonly sets: TableSets;
  private readonly chains = new Map<string, RunnableChain | undefined>();
  private anonymous: ReadonlyMap<string, readonly NativeRule[]> | undefined;

  constructor(
    readonly table: NftTable,
    readonly family: Family,
    readonly netns: string,
    /** The same table as iptables-save lists it. */
    private readonly listed?: () => ChainTable,
  ) {
    this.sets = new TableSets(table);
  }

  misprinted(chain: string, place: number): RunnableRule | undefined {
    const rule = this.misprints(chain)?.get(place);
    return rule && runnable(rule, chain, this);
  }

  misprints(chain: string): ReadonlyMap<number, NftRule> | undefined {
    return this.table.chains.get(chain)?.misprinted;
  }

  unlisted(name: string): NativeChain | undefined {
    const chain = this.chain(name);
    return chain instanceof NativeChain ? chain : undefined;
  }

  private isListed(name: string): boolean {
    return this.table.chains.get(name)?.iptables !== undefined;
  }

  chain(name: string): RunnableChain | undefined {
    if (this.listed !== undefined && this.isListed(name)) return this.listed().chain(name);
    if (!this.chains.has(name)) this.chains.set(name, this.make(name));
    return this.chains.get(name);
  }

  /** @returns the rules of all chains. */
  *rules(): Generator<RunnableRule> {
    this.anonymous ??= anonymousChains(this.table);
    for (const name of [...this.table.chains.keys(), ...this.anonymous.keys()]) {
      const chain = this.unlisted(name);
      for (let position = 0, rule = chain?.rule(0); rule !== undefined; rule = chain?.rule(++position)) yield rule;
    }
  }

  private make(name: string): NativeChain | undefined {
    const chain = this.table.chains.get(name);
    if (chain !== undefined) return new NativeChain(name, chain.origin, chain.rules, this, chain.base, chain.incomplete === true);
    this.anonymous ??= anonymousChains(this.table);
    const rules = this.anonymous.get(name);
    return rules && new NativeChain(name, rules[0]?.origin ?? this.table.origin, rules, this, undefined, false);
  }
}

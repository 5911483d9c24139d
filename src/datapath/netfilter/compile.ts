import type { Chain, Rule, RuleMatch, Ruleset, Table, TableName } from '../../model/netfilter.js';
import type { RuleHit } from '../../model/trace.js';
import type { Action } from './action.js';
import { ChainIndex } from './chain-index.js';
import type { Test } from './context.js';
import { compilePredicate } from './evaluate.js';
import { UnreadableOption, type CompileContext } from './extension.js';
import { allOf, type Predicate, type Question } from './predicate.js';
import { findMatch, findTarget } from './registry.js';
import { protocolNumber } from './protocols.js';

/** A rule ready to be held against packets. */
export interface CompiledRule {
  readonly rule: Rule;
  /** The whole condition as data, for packet sets and explanations. */
  readonly predicate: Predicate;
  readonly test: Test;
  readonly action: Action;
}

/** A rule of a namespace's own table, with what a trace says of a packet that matched it. */
export interface TableRule extends CompiledRule {
  readonly hit: RuleHit;
}

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
  const { origin, chain, text } = compiled.rule;
  const { file, line } = origin;
  return { netns, family, table, chain, rule: text, verdict: verdictText(compiled), file, line };
}

/** A chain whose rules are compiled when a packet first comes to them. */
export class CompiledChain {
  readonly name: string;
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  private readonly compiled: (TableRule | undefined)[];
  private indexed: ChainIndex | undefined;
  private wantsIndex = true;

  constructor(
    readonly chain: Chain,
    private readonly table: Table,
    private readonly family: 4 | 6,
    private readonly netns: string,
  ) {
    this.name = chain.name;
    this.policy = chain.policy;
    this.compiled = new Array<TableRule | undefined>(chain.rules.length);
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
    return (this.compiled[position] = { ...compiled, hit: hitOf(compiled, this.netns, this.family, this.table.name) });
  }

  /** @returns how to find the rules worth trying; undefined where the chain is short. */
  get index(): ChainIndex | undefined {
    if (this.wantsIndex) {
      this.indexed = ChainIndex.of(this.chain.rules);
      this.wantsIndex = false;
    }
    return this.indexed;
  }
}

function unknownPredicate(detail: string): Predicate {
  return { op: 'unknown', question: { category: 'unknown', yes: 'match', no: 'no-match', usual: false, detail } };
}

function unknownAction(detail: string): Action {
  const question: Question = { category: 'unknown', yes: 'continue', no: 'drop', usual: true, detail };
  return { kind: 'unknown', question };
}

function matchPredicate(match: RuleMatch, context: CompileContext): Predicate {
  const extension = findMatch(match.module, context.family);
  if (extension === undefined) return unknownPredicate(`the match \`${match.module}\`, which is not known`);
  try {
    return extension.compile(match.options, context);
  } catch (error) {
    if (error instanceof UnreadableOption) return unknownPredicate(error.message);
    throw error;
  }
}

function protocolOf(rule: Rule): number {
  const option = rule.spec.matches.find((m) => m.module === '')?.options.find((o) => o.flag === '-p' || o.flag === '--protocol');
  return option === undefined || option.negated ? 0 : (protocolNumber(option.args[0] ?? '') ?? 0);
}

/** A verdict without any condition would make the rest of its chain dead, so the listing keeps one back. */
function takesAll({ spec }: Rule): boolean {
  return spec.matches.every((m) => m.module === 'comment') && /^(?:RETURN|ACCEPT|DROP)$/.test(spec.target?.name ?? '');
}

function hiddenPredicate(rule: Rule): readonly Predicate[] {
  if (rule.hidden === undefined) return [];
  return [{ op: 'unknown', question: { category: 'hidden', yes: 'match', no: 'no-match', usual: !takesAll(rule), detail: rule.hidden } }];
}

function targetAction(rule: Rule, table: Table, context: CompileContext): Action {
  const { target } = rule.spec;
  if (target === undefined) return { kind: 'continue' };
  if (table.chains.has(target.name)) return { kind: target.goto ? 'goto' : 'jump', chain: target.name };
  const extension = findTarget(target.name);
  if (extension === undefined) return unknownAction(`the target \`${target.name}\`, which is not known`);
  try {
    return extension.compile(target.options, context);
  } catch (error) {
    if (error instanceof UnreadableOption) return unknownAction(error.message);
    throw error;
  }
}

/** Compiles one rule. What cannot be read becomes a question, never a wider or a narrower rule. */
export function compileRule(rule: Rule, table: Table, family: 4 | 6): CompiledRule {
  const context: CompileContext = { family, proto: protocolOf(rule) };
  const unread = rule.spec.errors.filter((e) => !e.startsWith('unknown '));
  const predicate = allOf(
    ...rule.spec.matches.map((m) => matchPredicate(m, context)),
    ...unread.map((e) => unknownPredicate(e)),
    ...hiddenPredicate(rule),
  );
  return { rule, predicate, test: compilePredicate(predicate), action: targetAction(rule, table, context) };
}

/** One table of one back end; chains are compiled when they are first met. */
export class CompiledTable {
  private readonly chains = new Map<string, CompiledChain>();

  constructor(
    readonly table: Table,
    readonly family: 4 | 6,
    readonly backend: Ruleset['backend'] = 'unknown',
    private readonly netns = '',
  ) {}

  /** @returns the chain, or undefined where the table has none of that name. */
  chain(name: string): CompiledChain | undefined {
    const known = this.chains.get(name);
    if (known !== undefined) return known;
    const chain = this.table.chains.get(name);
    if (chain === undefined) return undefined;
    const compiled = new CompiledChain(chain, this.table, this.family, this.netns);
    this.chains.set(name, compiled);
    return compiled;
  }
}

import type { Rule, RuleMatch, RuleOption, RuleSpec, RuleTarget, Table } from '../../model/netfilter.js';
import type { Family } from '../../address/ip.js';
import type { Action } from '../action.js';
import { FALSE, allOf, type Predicate } from '../predicate/predicate.js';
import type { OracleQuery } from '../predicate/question.js';
import { readProtocol } from './numbers.js';
import { NotLoaded, UnreadableOption, type TargetExtension } from './extension.js';
import type { OptionContext } from './grammar/form.js';
import { checkForm } from './grammar/check.js';
import type { RuleTablePlace } from './grammar/form.js';
import { hooksTo } from './chain-graph.js';
import { findMatch, findTarget } from './registry.js';

/** A rule as data: what it asks of a packet, and what it does then. */
export interface CompiledRule {
  readonly rule: Rule;
  /** The whole condition, for the walk, packet sets and explanations. */
  readonly predicate: Predicate;
  readonly action: Action;
  /** Why no kernel would have loaded it, or what of it is not understood; empty for nearly all. */
  readonly problems: readonly string[];
}

const BUILT_IN: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
const NO_PROBLEMS: readonly string[] = [];

/** What a rule's parts come to, and what is wrong with them. */
class RuleCompiler {
  private found: string[] | undefined;

  constructor(
    private readonly rule: Rule,
    private readonly table: Table,
    private readonly context: OptionContext,
  ) {}

  /** Said of the rule so far. */
  get problems(): readonly string[] {
    return this.found ?? NO_PROBLEMS;
  }

  private refuse(error: unknown): string {
    if (!(error instanceof UnreadableOption)) throw error;
    (this.found ??= []).push(error.message);
    return error.message;
  }

  match({ module, options }: RuleMatch): Predicate {
    const extension = findMatch(module, this.context.family);
    if (extension === undefined) return unknownPredicate(`the match \`${module}\`, which is not known`);
    try {
      if (extension.form !== undefined) checkForm(`-m ${module}`, extension.form, options, this.context);
      return extension.compile(options, this.context);
    } catch (error) {
      return unknownPredicate(this.refuse(error));
    }
  }

  action(target: RuleTarget | undefined): Action {
    if (target === undefined) return { kind: 'continue' };
    if (BUILT_IN.has(target.name)) return unknownAction(this.refuse(new NotLoaded(`-j ${target.name}`, 'as it is a built-in chain')));
    if (this.table.chains.has(target.name)) return { kind: target.goto ? 'goto' : 'jump', chain: target.name };
    const extension = target.goto ? undefined : findTarget(target.name);
    if (extension === undefined) return { kind: 'gap', detail: unseenTarget(target.name, this.rule), rule: true };
    return this.extended(extension, target.options);
  }

  private extended(extension: TargetExtension, options: readonly RuleOption[]): Action {
    try {
      if (extension.form !== undefined) checkForm(`-j ${extension.name}`, extension.form, options, this.context);
      return extension.compile(options, this.context);
    } catch (error) {
      return unknownAction(this.refuse(error));
    }
  }
}

function unknownPredicate(detail: string): Predicate {
  return { op: 'unknown', question: { category: 'unknown', yes: 'match', no: 'no-match', usual: false, detail } };
}

function unknownAction(detail: string): Action {
  const question: OracleQuery = { category: 'unknown', yes: 'continue', no: 'drop', usual: true, detail };
  return { kind: 'unknown', question };
}

const PROTOCOL = new Set(['-p', '--protocol', '--proto']);

function protocolOf({ matches }: RuleSpec): number {
  for (const { module, options } of matches) {
    const option = module === '' ? options.find(({ flag }) => PROTOCOL.has(flag)) : undefined;
    if (option !== undefined) return option.negated ? 0 : (readProtocol(option.args[0] ?? '') ?? 0);
  }
  return 0;
}

/** @returns where the rules of a chain stand; what leads there is found out when it is asked. */
export function placeOf(table: Table, chain: string): RuleTablePlace {
  return { table: table.name, hooks: () => hooksTo(table, chain) };
}

/** @returns what the extensions of a rule are told of it. */
export function contextOf(spec: RuleSpec, chain: string, table: Table, family: Family): OptionContext {
  return { family, proto: protocolOf(spec), place: placeOf(table, chain) };
}

/** A verdict without any condition would make the rest of its chain dead, so the listing keeps one back. */
function takesAll({ spec }: Rule): boolean {
  return spec.matches.every((m) => m.module === 'comment') && /^(?:RETURN|ACCEPT|DROP)$/.test(spec.target?.name ?? '');
}

function hiddenPredicate(rule: Rule): readonly Predicate[] {
  if (rule.hidden === undefined) return [];
  return [{ op: 'unknown', question: { category: 'hidden', yes: 'match', no: 'no-match', usual: !takesAll(rule), detail: rule.hidden } }];
}

/** A chain that is jumped to and not shown, or a target of a module that nobody here knows: both may decide. */
function unseenTarget(name: string, { origin }: Rule): string {
  return `the target \`${name}\`, which is not known: a chain that ${origin.file} does not show (a whole \`iptables-save\` would), or a module's`;
}

/** Interfaces that a packet has not, or no more, at a built-in chain (do_parse). */
const NO_INTERFACE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...['PREROUTING', 'INPUT'].map((chain) => [chain, new Set(['-o', '--out-interface'])] as const),
  ...['POSTROUTING', 'OUTPUT'].map((chain) => [chain, new Set(['-i', '--in-interface'])] as const),
]);

function interfaceProblems(spec: RuleSpec, chain: string): readonly string[] {
  const without = NO_INTERFACE.get(chain);
  if (without === undefined) return NO_PROBLEMS;
  const options = spec.matches.flatMap(({ module, options: own }) => (module === '' ? own : []));
  return options.filter(({ flag }) => without.has(flag)).map(({ flag }) => `${flag}, which no kernel loads in ${chain}`);
}

/** @returns what a target does: a jump where it is a chain of the table, else what its extension says. */
export function targetAction(target: RuleTarget | undefined, rule: Rule, table: Table, context: OptionContext): Action {
  return new RuleCompiler(rule, table, context).action(target);
}

const OTHER: Readonly<Record<Family, ReadonlySet<string>>> = { 4: new Set(['-6', '--ipv6']), 6: new Set(['-4', '--ipv4']) };

/** A restore passes a rule for the other family by. */
function isPassedBy({ matches }: RuleSpec, family: Family): boolean {
  return matches.some(({ module, options }) => module === '' && options.some(({ flag }) => OTHER[family].has(flag)));
}

/** Compiles one rule. What cannot be read, or would not load, becomes a question, never a wider or a narrower rule. */
export function compileRule(rule: Rule, table: Table, family: Family): CompiledRule {
  if (rule.gap !== undefined)
    return { rule, predicate: allOf(), action: { kind: 'gap', detail: rule.gap, rule: false }, problems: NO_PROBLEMS };
  const { spec } = rule;
  const passedBy = isPassedBy(spec, family);
  const { place, ...bare } = contextOf(spec, rule.chain, table, family);
  // where it stands is for the kernel to judge, which does not see it
  const compiler = new RuleCompiler(rule, table, passedBy ? bare : { ...bare, ...(place !== undefined && { place }) });
  const misplaced = interfaceProblems(spec, rule.chain);
  const unread = [...spec.errors.filter((e) => !e.startsWith('unknown ')), ...misplaced];
  const predicate = allOf(
    ...spec.matches.map((m) => compiler.match(m)),
    ...unread.map((e) => unknownPredicate(e)),
    ...hiddenPredicate(rule),
  );
  const action = compiler.action(spec.target);
  const { problems } = compiler;
  if (passedBy && spec.errors.length + problems.length === 0) return { rule, predicate: FALSE, action: { kind: 'continue' }, problems };
  const said = spec.errors.length > 0 ? spec.errors : misplaced.length > 0 ? [...misplaced, ...problems] : problems;
  return { rule, predicate, action, problems: said };
}

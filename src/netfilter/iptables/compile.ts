import type { Rule, RuleMatch, RuleTarget, Table } from '../../model/netfilter.js';
import type { Action } from '../action.js';
import { allOf, type Predicate, type Question } from '../predicate/predicate.js';
import { protocolNumber } from '../protocols.js';
import { UnreadableOption, type CompileContext } from './extension.js';
import { findMatch, findTarget } from './registry.js';

/** A rule as data: what it asks of a packet, and what it does then. */
export interface CompiledRule {
  readonly rule: Rule;
  /** The whole condition, for the walk, packet sets and explanations. */
  readonly predicate: Predicate;
  readonly action: Action;
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

/** A chain that is jumped to and not shown, or a target of a module that nobody here knows: both may decide. */
function unseenTarget(name: string, { origin }: Rule): string {
  return `the target \`${name}\`, which is not known: a chain that ${origin.file} does not show, or a module's`;
}

/** @returns what a target does: a jump where it is a chain of the table, else what its extension says. */
export function targetAction(target: RuleTarget | undefined, rule: Rule, table: Table, context: CompileContext): Action {
  if (target === undefined) return { kind: 'continue' };
  if (table.chains.has(target.name)) return { kind: target.goto ? 'goto' : 'jump', chain: target.name };
  const extension = findTarget(target.name);
  if (extension === undefined) return { kind: 'gap', detail: unseenTarget(target.name, rule), rule: true };
  try {
    return extension.compile(target.options, context);
  } catch (error) {
    if (error instanceof UnreadableOption) return unknownAction(error.message);
    throw error;
  }
}

/** Compiles one rule. What cannot be read becomes a question, never a wider or a narrower rule. */
export function compileRule(rule: Rule, table: Table, family: 4 | 6): CompiledRule {
  if (rule.gap !== undefined) return { rule, predicate: allOf(), action: { kind: 'gap', detail: rule.gap, rule: false } };
  const context: CompileContext = { family, proto: protocolOf(rule) };
  const unread = rule.spec.errors.filter((e) => !e.startsWith('unknown '));
  const predicate = allOf(
    ...rule.spec.matches.map((m) => matchPredicate(m, context)),
    ...unread.map((e) => unknownPredicate(e)),
    ...hiddenPredicate(rule),
  );
  return { rule, predicate, action: targetAction(rule.spec.target, rule, table, context) };
}

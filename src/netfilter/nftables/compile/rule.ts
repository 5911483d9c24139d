import type { NftRule, NftTable } from '../../../model/nftables/ruleset.js';
import type { Action, RuleStep } from '../../action.js';
import { allOf, type Predicate } from '../../predicate/predicate.js';
import type { KeyedSet } from '../../sets/keyed-set.js';
import type { Statement } from '../ast.js';
import { NotModelled, question, type CompileContext } from './context.js';
import { keyedSet, namedSet, updatedSets } from './sets.js';
import { statementSteps } from './statements/index.js';
import { rejectNeeds, type Need } from './statements/reject.js';

/** A rule as data: what it asks at first, and what it does then. */
export interface CompiledNftRule {
  readonly predicate: Predicate;
  /** A `sequence` where more than one thing is done, or something is asked after the first is done. */
  readonly action: Action;
}

/** The named sets and maps of one table, each made once. */
export class TableSets {
  private readonly made = new Map<string, KeyedSet>();
  private updated: ReadonlySet<string> | undefined;

  constructor(private readonly table: NftTable) {}

  /** @returns a set or map by name; one that the listing does not show holds nobody knows what. */
  named(name: string): KeyedSet {
    let set = this.made.get(name);
    if (set === undefined) this.made.set(name, (set = this.make(name)));
    return set;
  }

  private make(name: string): KeyedSet {
    const { table } = this;
    const set = table.sets.get(name);
    const id = `${table.family} ${table.name} ${name}`;
    if (set === undefined) return { name: `@${name}`, id, width: 1, entries: [], dynamic: false, unread: 'the listing does not show it' };
    this.updated ??= updatedSets(table);
    return namedSet(set, table, set.flags.includes('dynamic') || this.updated.has(name));
  }
}

function contextOf(text: string, table: NftTable, sets: TableSets): CompileContext {
  return {
    family: table.family,
    table,
    text,
    named: (name) => sets.named(name),
    anonymous: (elements, width) => keyedSet(elements, table, { name: '', id: '', width, dynamic: false }),
  };
}

function stepsOf(statement: Statement, context: CompileContext): readonly RuleStep[] {
  try {
    return statementSteps(statement, context);
  } catch (error) {
    if (!(error instanceof NotModelled)) throw error;
    return [{ step: 'when', predicate: { op: 'unknown', question: question(context, 'unknown', error.message) } }];
  }
}

/** Whether a condition is, or joins, another that is about one field. */
function says(one: Predicate, wanted: Predicate): boolean {
  if (one.op === 'and') return one.of.some((part) => says(part, wanted));
  if (one.op !== 'in' || wanted.op !== 'in' || one.field !== wanted.field || one.ranges.length !== wanted.ranges.length) return false;
  return one.ranges.every(([lo, hi], i) => lo === wanted.ranges[i]?.[0] && hi === wanted.ranges[i][1]);
}

const isSaid = ({ predicate, saidBy }: Need, steps: readonly RuleStep[]): boolean =>
  steps.some((one) => one.step === 'when' && [predicate, ...saidBy].some((wanted) => says(one.predicate, wanted)));

/** The steps of statements in order, what `reject` asks at the beginning before them. */
function allSteps(statements: readonly Statement[], context: CompileContext): readonly RuleStep[] {
  const steps: RuleStep[] = [];
  for (const statement of statements) {
    const needs = statement.kind === 'reject' ? rejectNeeds(statement, context).filter((need) => !isSaid(need, steps)) : [];
    steps.unshift(...needs.map(({ predicate }): RuleStep => ({ step: 'when', predicate })));
    steps.push(...stepsOf(statement, context));
  }
  return steps;
}

/** Verdicts end a rule (nft_rule_validate lets nothing follow them that matters). */
const CONTINUE: Action = { kind: 'continue' };

function joined(steps: readonly RuleStep[]): CompiledNftRule {
  const first = steps.findIndex(({ step }) => step === 'do');
  const asked = first < 0 ? steps : steps.slice(0, first);
  const predicate = allOf(...asked.flatMap((one) => (one.step === 'when' ? [one.predicate] : [])));
  const rest = first < 0 ? [] : steps.slice(first);
  const [only] = rest;
  if (only === undefined) return { predicate, action: CONTINUE };
  // of what goes on or drops, the steps say which it was
  const isOpen = only.step === 'do' && only.action.kind === 'unknown' && only.action.question.category !== 'queue';
  const single = rest.length === 1 && only.step === 'do' && only.only === undefined && !isOpen ? only.action : undefined;
  return { predicate, action: single ?? { kind: 'sequence', of: rest } };
}

/**
 * Compiles one native rule. What cannot be modelled becomes a question about that rule, never a wider or a narrower one.
 */
export function compileNftRule(
  { statements, text, errors }: Pick<NftRule, 'statements' | 'text' | 'errors'>,
  table: NftTable,
  sets: TableSets,
): CompiledNftRule {
  const context = contextOf(text, table, sets);
  const unread = errors.map((error): RuleStep => ({
    step: 'when',
    predicate: { op: 'unknown', question: question(context, 'unknown', error) },
  }));
  return joined([...unread, ...allSteps(statements, context)]);
}

import type { NftRule, NftSet, NftTable } from '../../../model/nftables/ruleset.js';
import type { OracleQuery } from '../../predicate/question.js';
import type { EntryData, KeyedSet, SetEntry } from '../../sets/keyed-set.js';
import type { Element, ElementData, Elements, Statement } from '../ast.js';
import { printExpression } from '../print/expression.js';
import { NotModelled } from './context.js';
import { keyParts } from './expressions/constants.js';
import { verdictAction, verdictText } from './verdicts.js';

const NEVER_ASKED: readonly OracleQuery[] = [];

/** A limit or quota of an element makes the look-up fail where it is used up (nft_set_elem_expr_eval). */
function asksOf(statements: readonly Statement[] | undefined, what: string): readonly OracleQuery[] {
  if (statements === undefined || statements.length === 0) return NEVER_ASKED;
  return statements.flatMap((statement): readonly OracleQuery[] => {
    const detail = `the ${statement.kind} of the element ${what}`;
    const words = { yes: 'under', no: 'over', usual: true };
    if (statement.kind === 'limit' || statement.kind === 'quota') return [{ category: statement.kind, ...words, detail }];
    return statement.kind === 'ct count' ? [{ category: 'connlimit', ...words, detail }] : [];
  });
}

function dataOf(data: ElementData, key: Element['key'], table: NftTable): EntryData {
  if (data.kind !== 'verdict') return { kind: 'values', of: keyParts(data) };
  const [action, text] = [verdictAction(data.verdict, table), verdictText(data.verdict, table)];
  return { kind: 'action', action, text, entry: () => printExpression(key) };
}

function entryOf(element: Element, table: NftTable, name: string): SetEntry {
  return {
    key: keyParts(element.key),
    asks: asksOf(element.statements, `of ${name === '' ? 'a set of the rule' : name} at line ${element.line}`),
    ...(element.data !== undefined && { data: dataOf(element.data, element.key, table) }),
  };
}

/** @returns elements as a set that packets are looked up in. */
export function keyedSet(
  elements: Elements,
  table: NftTable,
  { name, id, width, dynamic, unread }: Pick<KeyedSet, 'name' | 'id' | 'width' | 'dynamic' | 'unread'>,
): KeyedSet {
  const head = { name, id, width, dynamic, ...(unread !== undefined && { unread }) };
  if (elements.kind === 'intervals') return { ...head, entries: [], plain: elements };
  return { ...head, entries: elements.of.map((element) => entryOf(element, table, name)) };
}

function* updated(statements: readonly Statement[]): Generator<string> {
  for (const statement of statements) if (statement.kind === 'set') yield statement.set;
}

/** @returns the sets that rules of a table add to or take from. */
export function updatedSets(table: NftTable): ReadonlySet<string> {
  const rules = [...table.chains.values()].flatMap(({ rules: own }): readonly NftRule[] => own);
  return new Set(rules.flatMap(({ statements }) => [...updated(statements)]));
}

/** @returns a set or map of a table. */
export function namedSet(set: NftSet, table: NftTable, dynamic: boolean): KeyedSet {
  const name = `@${set.name}`;
  const head = { name, id: `${table.family} ${table.name} ${set.name}`, width: set.key.length, dynamic };
  const unread = set.incomplete === true ? 'its elements were not listed' : undefined;
  try {
    return keyedSet(set.elements, table, { ...head, ...(unread !== undefined && { unread }) });
  } catch (error) {
    if (!(error instanceof NotModelled)) throw error;
    return { ...head, entries: [], unread: error.message };
  }
}

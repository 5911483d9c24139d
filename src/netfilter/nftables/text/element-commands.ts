import type { Element, Elements, NftSet } from '../ast.js';
import type { TableDraft } from '../draft.js';
import { boundsOf, collectElements } from '../elements.js';
import { type DataTypes, setExpression } from '../expressions/sets.js';
import { typesOf } from '../fields/type-of.js';
import { printExpression, printVerdict } from '../print/expression.js';
import { type ValueTypes, simpleType } from '../types/data-types.js';
import type { Context } from './context.js';

/** The types by which a named set's elements are read. */
function typesOfSet(set: NftSet): { readonly types: ValueTypes; readonly dataTypes: DataTypes } {
  const types = set.typeof === undefined ? set.key.map(simpleType) : typesOf(set.typeof);
  if (set.data === undefined) return { types, dataTypes: undefined };
  if (typeof set.data === 'string') return { types, dataTypes: [simpleType('string')] };
  return { types, dataTypes: set.data[0] === 'verdict' ? 'verdict' : set.data.map(simpleType) };
}

function withoutColumns(elements: Elements): Element[] {
  if (elements.kind === 'list') return [...elements.of];
  const constant = (value: number | bigint): Element['key'] =>
    elements.type === 'ipv4_addr' || elements.type === 'ipv6_addr'
      ? { kind: 'address', ip: value }
      : { kind: 'number', value, type: elements.type };
  return Array.from({ length: elements.lo.length }, (_, i): Element => {
    const [from, to] = [constant(elements.lo[i]!), constant(elements.hi[i]!)];
    const isRange = elements.lo[i] !== elements.hi[i] && from.kind !== 'concat' && to.kind !== 'concat';
    return { key: isRange && isValue(from) && isValue(to) ? { kind: 'range', from, to } : from, line: elements.lines[i]! };
  });
}

function isValue(key: Element['key']): key is Element['key'] & { kind: 'number' | 'address' } {
  return key.kind === 'number' || key.kind === 'address';
}

interface NamedElements {
  readonly set: NftSet;
  readonly types: ValueTypes;
  readonly named: readonly Element[];
}

/** The elements that a command names, by the types of a set that is there. */
function namedElements({ p }: Context, table: TableDraft, name: string): NamedElements {
  const set = table.sets.get(name) ?? p.fail(`no set or map “${name}” in table ${table.family} ${table.name} before this line`);
  const { types, dataTypes } = typesOfSet(set);
  const { elements } = setExpression(p, types, dataTypes);
  return { set, types, named: elements.kind === 'list' ? elements.of : withoutColumns(elements) };
}

/** `add element ip t s { … }`: more elements for a set that is there. */
export function addElements(context: Context, table: TableDraft, name: string): void {
  const { set, types, named } = namedElements(context, table, name);
  table.sets.set(name, { ...set, elements: collectElements([...withoutColumns(set.elements), ...named], types) });
}

/** First and last value of an element of one simple type; undefined for keys that are no numbers. */
function span({ key }: Element, types: ValueTypes): ReturnType<typeof boundsOf> {
  const [type] = types;
  return types.length === 1 && type !== undefined ? boundsOf(key, type.bits) : undefined;
}

const keyText = ({ key }: Element): string => printExpression(key);

const dataText = ({ data }: Element): string =>
  data === undefined ? '' : data.kind === 'verdict' ? printVerdict(data.verdict) : printExpression(data);

/**
 * `add element` and `create element` of a rule set that is loaded: the same again changes nothing (and is refused by `create`), another
 * entry for a key that is there is refused, and so is an interval that overlaps one (nft_setelem_insert, nft_rbtree_insert).
 */
export function insertElements(context: Context, table: TableDraft, name: string, fresh: boolean): void {
  const { p } = context;
  const { set, types, named } = namedElements(context, table, name);
  const before = withoutColumns(set.elements);
  const { file } = context.origin(p.lex.line);
  const isElsewhere = file !== set.origin.file;
  const added = named.filter((element) => {
    const same = before.find((one) => keyText(one) === keyText(element));
    if (same !== undefined && (fresh || dataText(same) !== dataText(element)))
      p.fail(`File exists: ${keyText(element)} is in ${name} already`);
    const own = span(element, types);
    const overlaps = before.find((one) => {
      const other = span(one, types);
      return one !== same && own !== undefined && other !== undefined && own[0] <= other[1] && other[0] <= own[1];
    });
    if (overlaps !== undefined && !set.autoMerge)
      p.fail(`interval overlaps with an existing one: ${keyText(element)} and ${keyText(overlaps)}`);
    return same === undefined;
  });
  table.sets.set(name, {
    ...set,
    elements: collectElements([...before, ...added.map((one) => (isElsewhere ? { ...one, file } : one))], types),
  });
}

/** `delete element`: each must be there as it is named. */
export function deleteElements(context: Context, table: TableDraft, name: string, mild: boolean): void {
  const { p } = context;
  const { set, types, named } = namedElements(context, table, name);
  const gone = new Set(named.map(keyText));
  const before = withoutColumns(set.elements);
  const found = new Set(before.map(keyText));
  const missing = [...gone].find((text) => !found.has(text));
  if (missing !== undefined && !mild) p.fail(`element does not exist: ${missing} is not in ${name}`);
  const kept = before.filter((element) => !gone.has(keyText(element)));
  table.sets.set(name, { ...set, elements: collectElements(kept, types) });
}

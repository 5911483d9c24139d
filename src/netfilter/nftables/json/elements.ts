import type { Element, ElementData, Elements, SetExpression, Statement, Verdict } from '../ast.js';
import { collectElements, isElementKey } from '../elements.js';
import type { ValueTypes } from '../types/data-types.js';
import { isList, NotNftJson, quoted, JsonMembers, type Json, type JsonGrammar } from './value.js';

/** A verdict of libnftables-json: `{"accept":null}`, `{"jump":{"target":"x"}}`. */
export function readVerdict(json: Json): Verdict {
  const view = JsonMembers.of(json, 'a verdict');
  const [name] = view.names();
  switch (name) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      return { kind: name };
    case 'jump':
    case 'goto':
      return { kind: name, chain: view.object(name).string('target') };
    default:
      throw new NotNftJson(`unknown verdict ${quoted(json)}`);
  }
}

const STATEFUL = ['counter', 'limit', 'quota', 'ct count', 'last'] as const;

function statementsOf(view: JsonMembers, grammar: JsonGrammar): readonly Statement[] {
  return STATEFUL.flatMap((name) => {
    const found = view.get(name);
    return found === undefined ? [] : [grammar.statement({ [name]: found })];
  });
}

/** An element with what it carries; `key` alone where it carries nothing. */
function keyed(json: Json, types: ValueTypes, grammar: JsonGrammar, line: number): Element {
  const isElem = typeof json === 'object' && json !== null && !isList(json) && Object.hasOwn(json, 'elem');
  const view = isElem ? JsonMembers.of(json, 'an element').object('elem') : undefined;
  const key = grammar.expression(view === undefined ? json : (view.get('val') ?? null), types);
  if (!isElementKey(key)) throw new NotNftJson(`this cannot be an element: ${quoted(json)}`);
  if (view === undefined) return { key, line };
  const [timeout, expires, comment] = [view.maybeNumber('timeout'), view.maybeNumber('expires'), view.maybeString('comment')];
  const statements = statementsOf(view, grammar);
  return {
    key,
    ...(timeout === undefined ? {} : { timeout }),
    ...(expires === undefined ? {} : { expires }),
    ...(comment === undefined ? {} : { comment }),
    ...(statements.length === 0 ? {} : { statements }),
    line,
  };
}

function dataOf(json: Json, dataTypes: ValueTypes | 'verdict', grammar: JsonGrammar): ElementData {
  return dataTypes === 'verdict' ? { kind: 'verdict', verdict: readVerdict(json) } : grammar.expression(json, dataTypes);
}

/** The elements of a set or map. */
export function readElements(
  json: Json,
  types: ValueTypes,
  dataTypes: ValueTypes | 'verdict' | undefined,
  grammar: JsonGrammar,
  line = 0,
): Element[] {
  const list = isList(json) ? json : [json];
  return list.map((one) => {
    if (dataTypes === undefined) return keyed(one, types, grammar, line);
    if (!isList(one) || one.length !== 2) throw new NotNftJson(`an entry of a map should be a key and what it gives, it is ${quoted(one)}`);
    return { ...keyed(one[0]!, types, grammar, line), data: dataOf(one[1]!, dataTypes, grammar) };
  });
}

/** A set or map that stands in a rule. */
export function readAnonymousSet(
  json: Json,
  types: ValueTypes,
  dataTypes: ValueTypes | 'verdict' | undefined,
  grammar: JsonGrammar,
): SetExpression {
  return { kind: 'set', elements: { kind: 'list', of: readElements(json, types, dataTypes, grammar) } };
}

/** The elements of a named set, in columns where they are many. */
export function readNamedElements(
  json: Json,
  types: ValueTypes,
  dataTypes: ValueTypes | 'verdict' | undefined,
  grammar: JsonGrammar,
  line: number,
): Elements {
  return collectElements(readElements(json, types, dataTypes, grammar, line), types);
}

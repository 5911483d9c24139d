import type { Expression, MeterStatement, SetStatement, Statement } from '../ast.js';
import { entryKey, left, value } from '../expressions/expression.js';
import { elementOptions, setReference } from '../expressions/sets.js';
import { isList, oneOf, JsonMembers, type Json, type JsonGrammar } from '../json/value.js';
import { printExpression } from '../print/expression.js';
import type { Parser } from '../text/parser.js';
import { formatDuration } from '../types/clock.js';

type Op = SetStatement['op'];

interface Keyed {
  readonly key: Expression;
  readonly timeout?: number;
  readonly expires?: number;
  readonly comment?: string;
  readonly statements: readonly Statement[];
}

function key(p: Parser): Keyed {
  const expr = entryKey(p);
  const { statements = [], ...options } = elementOptions(p);
  return { key: expr, ...options, statements };
}

/** The rest of `add @set { ip saddr timeout 1m }`, of `set add ip saddr @set`, and of maps. */
export function parseSetStatement(p: Parser, op: Op): SetStatement {
  if (!p.isSign('@') && !p.isSign('$')) {
    const keyed = key(p);
    return { kind: 'set', op, set: setReference(p).name, ...keyed };
  }
  const set = setReference(p).name;
  p.expect('{');
  const keyed = key(p);
  const data = p.take(':') ? value(p, []) : undefined;
  p.expect('}');
  return { kind: 'set', op, set, ...keyed, ...(data === undefined ? {} : { data }) };
}

function bare(name: string): string {
  return name.startsWith('@') ? name.slice(1) : name;
}

/** An element with options, or the key alone. */
export function readKeyed(json: Json, grammar: JsonGrammar): Keyed {
  if (typeof json !== 'object' || json === null || isList(json) || !Object.hasOwn(json, 'elem'))
    return { key: grammar.expression(json, []), statements: [] };
  const elem = JsonMembers.of(json, 'element').object('elem');
  const [timeout, expires, comment] = [elem.maybeNumber('timeout'), elem.maybeNumber('expires'), elem.maybeString('comment')];
  return {
    key: grammar.expression(elem.get('val') ?? null, []),
    ...(timeout === undefined ? {} : { timeout }),
    ...(expires === undefined ? {} : { expires }),
    ...(comment === undefined ? {} : { comment }),
    statements: [],
  };
}

/** `set` and `map` of libnftables-json, as statements. */
export function readSetStatement(json: JsonMembers, grammar: JsonGrammar): SetStatement {
  const keyed = readKeyed(json.get('elem') ?? null, grammar);
  const list = json.get('stmt');
  const statements = isList(list) ? list.map(grammar.statement) : [];
  const data = json.get('data');
  return {
    kind: 'set',
    op: oneOf(json.string('op'), ['add', 'update', 'delete'], 'operation on a set'),
    set: bare(json.maybeString('set') ?? json.string('map')),
    ...keyed,
    statements,
    ...(data === undefined ? {} : { data: grammar.expression(data, []) }),
  };
}

/** @param print prints the statements that the element carries. */
export function printSetStatement(statement: SetStatement, print: (statement: Statement) => string): string {
  const { op, set, key: expr, timeout, expires, comment, statements, data } = statement;
  const options = [
    printExpression(expr),
    ...(timeout === undefined ? [] : [`timeout ${formatDuration(timeout * 1000)}`]),
    ...(expires === undefined ? [] : [`expires ${formatDuration(expires * 1000)}`]),
    ...(comment === undefined ? [] : [`comment "${comment}"`]),
    ...statements.map(print),
    ...(data === undefined ? [] : [`: ${printExpression(data)}`]),
  ];
  return `${op} @${set} { ${options.join(' ')} }`;
}

/** The rest of `meter m size 100 { ip saddr limit rate 10/second }`. */
export function parseMeter(p: Parser): MeterStatement {
  const name = p.word('the name of a meter');
  const size = p.take('size') ? p.number('a size') : undefined;
  p.expect('{');
  const expr = left(p);
  const { timeout, statements: [own, ...more] = [] } = elementOptions(p);
  const statement = own ?? p.grammar.statement(p);
  if (more.length > 0) p.fail('a meter has one statement');
  p.expect('}');
  return {
    kind: 'meter',
    name,
    key: expr,
    ...(size === undefined ? {} : { size }),
    ...(timeout === undefined ? {} : { timeout }),
    statement,
  };
}

/** @returns what nft prints as `meter m { ip saddr limit rate 1/second }`, of its JSON (libnftables-json(5)). */
export function readMeter(json: JsonMembers, grammar: JsonGrammar): MeterStatement {
  const keyed = readKeyed(json.get('key') ?? null, grammar);
  const size = json.maybeNumber('size');
  return {
    kind: 'meter',
    name: json.string('name'),
    key: keyed.key,
    ...(size === undefined ? {} : { size }),
    ...(keyed.timeout === undefined ? {} : { timeout: keyed.timeout }),
    statement: grammar.statement(json.get('stmt') ?? null),
  };
}

/** @returns it as nft prints it: `meter m { ip saddr limit rate 1/second }`. */
export function printMeter({ name, size, key: expr, timeout, statement }: MeterStatement, print: (statement: Statement) => string): string {
  const sized = size === undefined ? '' : ` size ${size}`;
  const timed = timeout === undefined ? '' : ` timeout ${formatDuration(timeout * 1000)}`;
  return `meter ${name}${sized} { ${printExpression(expr)}${timed} ${print(statement)} }`;
}

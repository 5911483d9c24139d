import type { Expression, MatchOperator, MatchStatement, Statement } from '../ast.js';
import { flagList } from '../expressions/constants.js';
import { mapOf, right } from '../expressions/expression.js';
import { setOrReference } from '../expressions/sets.js';
import { typesOf } from '../fields/type-of.js';
import { oneOf, type Json, type JsonGrammar, type JsonMembers } from '../json/value.js';
import { Token } from '../text/lexer.js';
import type { Parser } from '../text/parser.js';
import { isFlags, simpleType, type ValueTypes } from '../types/data-types.js';

const OPERATORS: ReadonlyMap<string, MatchOperator> = new Map([
  ['==', '=='],
  ['!=', '!='],
  ['<=', '<='],
  ['>=', '>='],
  ['<', '<'],
  ['>', '>'],
  ['!', '!'],
  ['eq', '=='],
  ['ne', '!='],
  ['le', '<='],
  ['ge', '>='],
  ['lt', '<'],
  ['gt', '>'],
  ['not', '!'],
]);
const LONGEST = 3;

function operator(p: Parser): MatchOperator | undefined {
  const { kind, start, end } = p.lex;
  if ((kind !== Token.sign && kind !== Token.word) || end - start > LONGEST) return undefined;
  const found = OPERATORS.get(p.lex.value);
  if (found !== undefined) p.lex.next();
  return found;
}

/**
 * Flags without an operator ask for any of them. A listing means them all where it has a bar between them: it leaves out
 * the “==” of `ct state == established | new`, and has commas where any would do.
 */
function implied(p: Parser, left: Expression, value: Expression, written: string): MatchOperator {
  if (left.kind === 'binary' || value.kind !== 'number' || !isFlags(value.type)) return '==';
  return p.listing && value.type !== 'tcp_flag' && written.includes(' | ') ? '==' : 'in';
}

/** `fib … oif missing`: whether there is a route, in place of an interface. */
function isPresence(p: Parser, left: Expression): boolean {
  return left.kind === 'fib' && (p.isWord('exists') || p.isWord('missing'));
}

function rightOf(p: Parser, op: MatchOperator | undefined, types: ValueTypes): Expression {
  p.mayTurn = p.listing && op === '!=';
  try {
    return right(p, types);
  } finally {
    p.mayTurn = false;
  }
}

/** The rest of a comparison, its left-hand side being read; or the map or verdict map that it turns out to be the key of. */
export function parseMatch(p: Parser, left: Expression): Statement {
  if (p.take('vmap')) return { kind: 'vmap', key: left, data: setOrReference(p, typesOf(left), 'verdict') };
  if (p.take('map')) return parseMatch(p, mapOf(p, left, []));
  const op = operator(p);
  if (p.atEnd()) p.fail(`expected what to compare with, found ${p.here()}`);
  const types = isPresence(p, left) ? [simpleType('boolean')] : typesOf(left);
  const { start } = p.lex;
  const value = rightOf(p, op, types);
  if (value.kind === 'concat') p.fail('use concatenations with sets and maps, not single values');
  const [type] = types;
  if (type !== undefined && isFlags(type.type) && p.take('/')) {
    const mask = flagList(p, type);
    return { kind: 'match', op: op ?? '==', left: { kind: 'binary', op: '&', left, right: mask }, right: value };
  }
  return { kind: 'match', op: op ?? implied(p, left, value, p.text.slice(start, p.lex.start)), left, right: value };
}

/** The kind byte of a TCP option that has no name, compared with a boolean: whether the option is there. */
function presence(left: Expression, value: Json): Expression {
  return left.kind === 'raw tcp option' && typeof value === 'boolean' ? { kind: 'tcp option', name: String(left.option) } : left;
}

const JSON_OPERATORS = ['==', '!=', '<', '>', '<=', '>=', 'in', '!'] as const;

/** @returns what nft prints as `ip saddr 10.0.0.1`, of its JSON (libnftables-json(5)). */
export function readMatch(json: JsonMembers, grammar: JsonGrammar): MatchStatement {
  const value = json.get('right') ?? null;
  const left = presence(grammar.expression(json.get('left') ?? null, []), value);
  const types = left.kind === 'fib' && typeof value === 'boolean' ? [simpleType('boolean')] : typesOf(left);
  return {
    kind: 'match',
    op: oneOf(json.string('op'), JSON_OPERATORS, 'operator of a match'),
    left,
    right: grammar.expression(value, types),
  };
}

import type { BinaryOperator, Expression } from '../ast.js';
import { typesOf } from '../fields/type-of.js';
import type { Parser } from '../text/parser.js';
import type { ValueType, ValueTypes } from '../types/data-types.js';
import { INTEGER, elementKey, fold, interval, listed, operators, unionOf, untyped } from './constants.js';
import { LEVEL, operatorHere } from './operators.js';
import { isSelectorHere, selector } from './selector.js';
import { setExpression, setOrReference, setReference, type DataTypes } from './sets.js';

/** No operator binds as tight: of a value no operators are read. */
const TIGHTEST = 5;

/** A field, a value of `type` where one may stand, or an expression in parentheses. */
function primary(p: Parser, type: ValueType | undefined): Expression {
  if (isSelectorHere(p)) return selector(p);
  if (p.isSign('(')) {
    p.lex.next();
    const inner = p.nested(() => operation(p, type));
    p.expect(')');
    return inner;
  }
  return type === undefined ? selector(p) : operators(p, type, TIGHTEST);
}

function operand(p: Parser, op: BinaryOperator, left: Expression): Expression {
  const type = op === '<<' || op === '>>' ? INTEGER : (typesOf(left)[0] ?? INTEGER);
  const level = LEVEL[op] + 1;
  return isSelectorHere(p) ? operation(p, type, level) : operators(p, type, level);
}

/** A field or value with the operators behind it that bind at least as tight as `level`. */
function operation(p: Parser, type: ValueType | undefined, level = 1): Expression {
  let left = primary(p, type);
  for (let op = operatorHere(p); op !== undefined && LEVEL[op] >= level; op = operatorHere(p)) {
    p.lex.next();
    const right = operand(p, op, left);
    left = fold(op, left, right) ?? { kind: 'binary', op, left, right };
  }
  return left;
}

function concatenation(p: Parser, part: (index: number) => Expression): Expression {
  const first = part(0);
  if (!p.isSign('.')) return first;
  const parts = [first];
  while (p.take('.')) parts.push(part(parts.length));
  return { kind: 'concat', parts };
}

/** The left-hand side of a comparison, or the key of a map: fields, never a value. */
export function left(p: Parser): Expression {
  return concatenation(p, () => operation(p, undefined));
}

/** The key that a statement adds to a set or takes out: fields, and constants as well. */
export function entryKey(p: Parser): Expression {
  return concatenation(p, () => (isSelectorHere(p) || p.isSign('(') ? operation(p, undefined) : untyped(p)));
}

/** The right-hand side of a comparison. */
export function right(p: Parser, types: ValueTypes): Expression {
  if (p.isSign('{')) return setExpression(p, types);
  if (p.isSign('@')) return setReference(p);
  return listed(p, types);
}

/** `KEY map { … }`, its key being read. */
export function mapOf(p: Parser, key: Expression, dataTypes: DataTypes): Expression {
  return { kind: 'map', key, data: setOrReference(p, typesOf(key), dataTypes) };
}

/** A value to set or translate to: constants with prefixes and ranges, fields, maps; `upTo` types may be fewer. */
export function value(p: Parser, types: ValueTypes, upTo = false): Expression {
  if (p.isSign('$')) return variableValue(p, types, upTo);
  if (!isSelectorHere(p) && !p.isSign('(')) {
    const constant = elementKey(p, types, upTo);
    return p.isSign(',') ? flagsAfter(p, constant, types) : constant;
  }
  const key = concatenation(p, (index) => operation(p, types[index] ?? types[0] ?? INTEGER));
  if (p.take('map')) return mapOf(p, key, upTo ? { upTo: types } : types);
  return key;
}

function flagsAfter(p: Parser, first: Expression, types: ValueTypes): Expression {
  const items = [first];
  while (p.take(',')) items.push(operators(p, types[0] ?? INTEGER));
  return unionOf(p, items);
}

/** A variable that is a value, or the first part of one. */
function variableValue(p: Parser, types: ValueTypes, upTo: boolean): Expression {
  const { start, line } = p.lex;
  p.lex.next();
  p.lex.next();
  const alone = p.atEnd() || p.isSign(':');
  p.lex.reset(start, line);
  if (alone) return p.variable((inner) => value(inner, types, upTo));
  return elementKey(p, types, upTo);
}

export { interval };

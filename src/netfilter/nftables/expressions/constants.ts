import { familyOf, addressBits } from '../../../address/ip.js';
import type { Constant, Expression } from '../ast.js';
import { integerOf, BadValue, constantOf } from '../types/constant.js';
import { isCyclic, isFlags, simpleType, type ValueType, type ValueTypes } from '../types/data-types.js';
import { Token } from '../text/lexer.js';
import type { Parser } from '../text/parser.js';
import { makePrefix } from '../elements.js';
import { LEVEL, operatorHere } from './operators.js';

const INTEGER: ValueType = { type: 'integer', bits: 128 };

/** A word as a value of the type that is asked for. */
function word(p: Parser, type: ValueType): Constant {
  const { line } = p;
  let text = p.lex.value;
  const quoted = p.lex.kind === Token.quoted;
  p.lex.next();
  // `1:5` of tc, `08:00`: a colon between two numbers
  if (!quoted && (type.type === 'classid' || type.type === 'hour')) text += afterColons(p);
  try {
    return constantOf(text, type);
  } catch (error) {
    if (error instanceof BadValue) return p.failAt(error.message, line);
    throw error;
  }
}

function afterColons(p: Parser): string {
  let text = '';
  while (p.isSign(':')) {
    p.lex.next();
    text += `:${p.peek()}`;
    if (p.lex.kind === Token.word) p.lex.next();
  }
  return text;
}

/** `[2001:db8::1]` with a port behind it. */
function bracketed(p: Parser, type: ValueType): Constant {
  p.expect('[');
  const address = word(p, type);
  p.expect(']');
  return address;
}

function primary(p: Parser, type: ValueType): Expression {
  if (p.isSign('$')) return p.variable((inner) => listed(inner, [type]));
  if (p.isSign('(')) {
    p.lex.next();
    const inner = p.nested(() => operators(p, type));
    p.expect(')');
    return inner;
  }
  if (p.isSign('[')) return bracketed(p, type);
  if (p.isSign('*')) {
    p.lex.next();
    return { kind: 'wildcard' };
  }
  if (p.lex.kind !== Token.word && p.lex.kind !== Token.quoted) p.fail(`expected a value, found ${p.here()}`);
  return word(p, type);
}

/** Folds an operator between two constants, as nft does when it reads them. */
export function fold(op: '&' | '|' | '^' | '<<' | '>>', left: Expression, right: Expression): Expression | undefined {
  if (left.kind !== 'number' || right.kind !== 'number') return undefined;
  const [a, b] = [BigInt(left.value), BigInt(right.value)];
  // expr_evaluate_shift: by no more than a value has bits
  if ((op === '<<' || op === '>>') && b >= 128n) return undefined;
  const value = op === '&' ? a & b : op === '|' ? a | b : op === '^' ? a ^ b : op === '<<' ? a << b : a >> b;
  return { kind: 'number', value: typeof left.value === 'bigint' ? value : Number(value), type: left.type };
}

/** A constant with the operators behind it that bind at least as tight as `level`. */
function operators(p: Parser, type: ValueType, level = 1): Expression {
  let left = primary(p, type);
  for (let op = operatorHere(p); op !== undefined && LEVEL[op] >= level; op = operatorHere(p)) {
    p.lex.next();
    const right = operators(p, op === '<<' || op === '>>' ? INTEGER : type, LEVEL[op] + 1);
    left = fold(op, left, right) ?? p.fail(`“${op}” needs numbers on both sides`);
  }
  return left;
}

/** A value, prefix or range. */
function interval(p: Parser, type: ValueType): Expression {
  const { line } = p;
  const from = operators(p, type);
  // of flags a slash leads to a mask: `syn / syn,ack`
  if (p.isSign('/') && !isFlags(type.type)) return prefix(p, from, type);
  if (!p.isSign('-')) return from;
  p.lex.next();
  const to = operators(p, type);
  return rangeOf(p, from, to, line);
}

function isConstant(expr: Expression): expr is Constant {
  return expr.kind === 'number' || expr.kind === 'address' || expr.kind === 'name';
}

function rangeOf(p: Parser, from: Expression, to: Expression, line: number): Expression {
  if (!isConstant(from) || !isConstant(to) || from.kind !== to.kind) return p.failAt('a range needs two values', line);
  const [lo, hi] = [ordinal(from), ordinal(to)];
  if (lo !== undefined && hi !== undefined && lo > hi && !p.mayTurn && !(from.kind === 'number' && isCyclic(from.type)))
    p.failAt('the range has zero or negative size', line);
  return { kind: 'range', from, to };
}

/** @returns what orders a constant among those of its type. */
export function ordinal(constant: Constant): number | bigint | undefined {
  return constant.kind === 'number' ? constant.value : constant.kind === 'address' ? constant.ip : undefined;
}

function prefix(p: Parser, value: Expression, type: ValueType): Expression {
  p.lex.next();
  if (value.kind !== 'address' && value.kind !== 'number') p.fail('a prefix needs an address or a number');
  const text = p.resolved('the length of a prefix');
  const length = integerOf(text);
  // the type may not tell the family (NAT in an inet table): the address does
  const bits = value.kind === 'address' ? addressBits(familyOf(value.ip)) : type.bits;
  if (typeof length !== 'number' || length > bits) p.fail(`prefix length ${text} is invalid for a type of ${bits} bits`);
  return makePrefix(value, length, bits);
}

/** Fields with a dot between them; of `upTo` types the last may be left out. */
function concatenation(p: Parser, types: ValueTypes, upTo = false): Expression {
  const first = interval(p, types[0] ?? INTEGER);
  if (!p.isSign('.')) return types.length > 1 && !upTo && !isWhole(first) ? p.fail(`one field where ${types.length} are compared`) : first;
  const parts: Expression[] = [first];
  while (p.take('.')) {
    if (types.length > 0 && parts.length >= types.length) p.fail('more fields than the other side of the comparison has');
    parts.push(interval(p, types[parts.length] ?? INTEGER));
  }
  if (parts.length < types.length && !upTo) p.fail(`${parts.length} fields where ${types.length} are compared`);
  return { kind: 'concat', parts };
}

/** What a variable may have put in the place of all fields. */
function isWhole(expr: Expression): boolean {
  return expr.kind === 'concat' || expr.kind === 'set';
}

/** @returns the flags that a list names, as one value. */
export function unionOf(p: Parser, items: readonly Expression[]): Expression {
  return items.reduce((left, right) => fold('|', left, right) ?? p.fail('only flags may stand in a list without braces'));
}

/** What a definition may hold, or a comparison ask for: one value, several flags with commas, a set. */
export function listed(p: Parser, types: ValueTypes): Expression {
  if (p.isSign('{') || p.isSign('@')) return p.grammar.right(p, types);
  const first = concatenation(p, types);
  if (!p.isSign(',')) return first;
  const items = [first];
  while (p.take(',')) items.push(operators(p, types[0] ?? INTEGER));
  return unionOf(p, items);
}

/** One key of a set. */
export function elementKey(p: Parser, types: ValueTypes, upTo = false): Expression {
  if (p.isSign('*')) {
    p.lex.next();
    return { kind: 'wildcard' };
  }
  if (p.isSign('$') && types.length > 1) return wholeVariable(p, types, upTo);
  return concatenation(p, types, upTo);
}

/** A variable in the place of a key of several fields: it may hold them all, or the first. */
function wholeVariable(p: Parser, types: ValueTypes, upTo: boolean): Expression {
  const { start, line } = p.lex;
  const held = p.variable((inner) => {
    const found = inner.isSign('{') ? inner.grammar.right(inner, types) : concatenation(inner, types, true);
    return found;
  });
  if (isWhole(held)) return held;
  p.lex.reset(start, line);
  return concatenation(p, types, upTo);
}

/** What a constant may be that stands where no type is named, the first that takes it. */
const GUESSES: readonly ValueType[] = (
  ['integer', 'ipv4_addr', 'ipv6_addr', 'ether_addr', 'inet_proto', 'inet_service', 'ifname'] as const
).map((type) => simpleType(type));

/** A constant whose type the rule does not name: the set that it is added to knows it. nft 1.0.6 lists one as `0xa020304 [invalid type]`. */
export function untyped(p: Parser): Constant {
  if (p.lex.kind !== Token.word && p.lex.kind !== Token.quoted) p.fail(`expected a value, found ${p.here()}`);
  const text = p.lex.value;
  const found = GUESSES.reduce<Constant | undefined>((guess, type) => guess ?? constantAs(text, type), undefined);
  if (found === undefined) return p.fail(`expected a value, found ${p.here()}`);
  p.lex.next();
  if (p.take('[')) for (const word of ['invalid', 'type', ']']) p.expect(word);
  return found;
}

function constantAs(text: string, type: ValueType): Constant | undefined {
  try {
    return constantOf(text, type);
  } catch (error) {
    if (error instanceof BadValue) return undefined;
    throw error;
  }
}

/** One flag or value, for lists with commas and masks. */
export function flagList(p: Parser, type: ValueType): Expression {
  const items = [operators(p, type)];
  while (p.take(',')) items.push(operators(p, type));
  return unionOf(p, items);
}

export { operators, interval, INTEGER };

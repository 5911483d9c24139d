import { lastOf, prefixOf } from '../../../../address/ip.js';
import type { KeyPart } from '../../../sets/keyed-set.js';
import type { Value } from '../../../term.js';
import type { Constant, Expression, PrefixExpression } from '../../ast.js';
import { NotModelled } from '../context.js';

/** @returns a constant as it is compared; an interface that listings name by its index stays a name. */
export function constantValue(constant: Constant): Value {
  switch (constant.kind) {
    case 'number':
      return constant.value;
    case 'address':
      return constant.ip;
    case 'name':
      return constant.name;
  }
}

function numeric(constant: Constant): Exclude<Value, string> {
  const value = constantValue(constant);
  if (typeof value === 'string') throw new NotModelled('a range of names');
  return value;
}

/** Bits of a type's values, for prefixes of numbers. */
function widthOf(type: string): number {
  return type === 'ether_addr' ? 48 : type === 'inet_service' ? 16 : type === 'mark' ? 32 : 32;
}

function prefixPart({ value, length }: PrefixExpression): KeyPart {
  if (value.kind === 'address') return { kind: 'range', lo: value.ip, hi: lastOf(prefixOf(value.ip, length)) };
  const span = 1n << BigInt(widthOf(value.type) - length);
  const lo = BigInt(value.value);
  const hi = lo + span - 1n;
  return hi <= BigInt(Number.MAX_SAFE_INTEGER) ? { kind: 'range', lo: Number(lo), hi: Number(hi) } : { kind: 'range', lo, hi };
}

/** @returns what one field of a key, or of a map's value, holds. */
export function keyPart(expression: Expression): KeyPart {
  switch (expression.kind) {
    case 'number':
      return { kind: 'range', lo: expression.value, hi: expression.value };
    case 'address':
      return { kind: 'range', lo: expression.ip, hi: expression.ip };
    case 'name':
      return { kind: 'name', name: expression.name, prefix: expression.wildcard };
    case 'prefix':
      return prefixPart(expression);
    case 'range':
      return { kind: 'range', lo: numeric(expression.from), hi: numeric(expression.to) };
    case 'wildcard':
      return { kind: 'any' };
    default:
      throw new NotModelled(`${expression.kind} as an element`);
  }
}

/** @returns the parts of a key: one, or those of a concatenation. */
export function keyParts(expression: Expression): readonly KeyPart[] {
  return expression.kind === 'concat' ? expression.parts.map(keyPart) : [keyPart(expression)];
}

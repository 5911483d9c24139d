import type { CtExpression, Expression } from '../ast.js';
import { simpleType, type ValueType, type ValueTypes } from '../types/data-types.js';
import { fieldType } from './headers.js';
import { CT_KEYS, META_KEYS, RT_KEYS, SOCKET_KEYS } from './keys.js';

const INTEGER: ValueType = { type: 'integer', bits: 32 };
const BOOLEAN = simpleType('boolean');

function addressType(family: 'ip' | 'ip6' | undefined): ValueType {
  return family === 'ip' ? simpleType('ipv4_addr') : family === 'ip6' ? simpleType('ipv6_addr') : simpleType('raw');
}

function ctType(expr: CtExpression): ValueType {
  if (expr.key === 'saddr' || expr.key === 'daddr') return addressType(expr.family);
  return CT_KEYS.get(expr.key) ?? INTEGER;
}

const FIB = { oif: simpleType('iface_index'), oifname: simpleType('ifname'), type: simpleType('fib_addrtype'), check: BOOLEAN };

/** The type of what is not a concatenation. */
function simple(expr: Expression): ValueType {
  switch (expr.kind) {
    case 'payload':
      return fieldType('payload', expr.protocol, expr.field) ?? INTEGER;
    case 'exthdr':
    case 'tcp option':
    case 'ip option':
    case 'sctp chunk':
      return expr.field === undefined ? BOOLEAN : (fieldType(expr.kind, expr.name, expr.field) ?? INTEGER);
    case 'dccp option':
      return BOOLEAN;
    case 'raw payload':
      return { type: 'raw', bits: expr.length };
    case 'raw tcp option':
      return { type: 'integer', bits: expr.length };
    case 'meta':
      return META_KEYS.get(expr.key) ?? INTEGER;
    case 'tunnel':
      return expr.key === 'path' ? BOOLEAN : INTEGER;
    case 'ct':
      return ctType(expr);
    case 'rt':
      return expr.key === 'nexthop' ? addressType(expr.family) : (RT_KEYS.get(expr.key) ?? INTEGER);
    case 'fib':
      return FIB[expr.result];
    case 'socket':
      return SOCKET_KEYS.get(expr.key) ?? INTEGER;
    case 'osf':
      return simpleType('string');
    case 'ipsec':
      return expr.key === 'saddr' || expr.key === 'daddr' ? addressType(expr.family) : INTEGER;
    case 'numgen':
    case 'jhash':
    case 'symhash':
      return INTEGER;
    case 'binary':
      return simple(expr.left);
    case 'number':
    case 'name':
      return simpleType(expr.type);
    case 'address':
      return simpleType(typeof expr.ip === 'number' ? 'ipv4_addr' : 'ipv6_addr');
    case 'prefix':
      return simple(expr.value);
    case 'range':
      return simple(expr.from);
    case 'concat':
      return simple(expr.parts[0]!);
    case 'map':
    case 'set':
    case 'set reference':
    case 'wildcard':
      return INTEGER;
  }
}

/** @returns the types of an expression's fields: what stands on the other side of a comparison is read by them. */
export function typesOf(expr: Expression): ValueTypes {
  return expr.kind === 'concat' ? expr.parts.map(simple) : [simple(expr)];
}

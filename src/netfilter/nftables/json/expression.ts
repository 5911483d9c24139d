import { familyOf, addressBits } from '../../../address/ip.js';
import type { BinaryOperator, Constant, DataType, Expression, PrefixExpression, RangeExpression } from '../ast.js';
import { makePrefix } from '../elements.js';
import { fold } from '../expressions/constants.js';
import { readCt } from '../expressions/ct.js';
import { readJhash, readNumgen, readSymhash } from '../expressions/generators.js';
import { readMeta, readTunnel } from '../expressions/meta.js';
import { readExthdr, readOption } from '../expressions/options.js';
import { readPayload } from '../expressions/payload.js';
import { readFib, readRt } from '../expressions/routes.js';
import { readIpsec, readOsf, readSocket } from '../expressions/sockets.js';
import { typesOf } from '../fields/type-of.js';
import { BadValue, constantOf } from '../types/constant.js';
import { simpleType, type ValueType, type ValueTypes } from '../types/data-types.js';
import { symbolName } from '../types/symbols.js';
import { readAnonymousSet } from './elements.js';
import { isList, NotNftJson, quoted, JsonMembers, type Json, type JsonGrammar } from './value.js';

const INTEGER: ValueType = { type: 'integer', bits: 128 };
const BOOLEAN = simpleType('boolean');

/** Text or a number as a value of a type. */
export function readConstant(text: string, type: ValueType): Constant {
  try {
    return constantOf(text, type);
  } catch (error) {
    if (error instanceof BadValue) throw new NotNftJson(error.message);
    throw error;
  }
}

/** Types of the network's byte order whose values have names. */
const NETWORK_ORDER: ReadonlySet<DataType> = new Set<DataType>(['ether_type', 'arp_op']);

/** `nft -j -n` prints what has a name as a number whose two bytes are turned round (symbolic_constant_json), `ip` as 8; what has none it prints as it is. */
function turned(value: number, { type }: ValueType): number {
  if (!NETWORK_ORDER.has(type) || symbolName(type, value) !== undefined) return value;
  const other = ((value & 0xff) << 8) | (value >> 8);
  return value <= 0xffff && symbolName(type, other) !== undefined ? other : value;
}

function scalar(json: string | number | boolean, types: ValueTypes): Expression {
  if (typeof json === 'boolean') return { kind: 'number', value: json ? 1 : 0, type: types[0]?.type ?? BOOLEAN.type };
  if (typeof json === 'string' && json.startsWith('@')) return { kind: 'set reference', name: json.slice(1) };
  if (json === '*') return { kind: 'wildcard' };
  // beyond 2^53 another number was printed than the one read
  if (typeof json === 'number' && !Number.isSafeInteger(json)) throw new NotNftJson(`${json} is no whole number up to 2^53`);
  const type = types[0] ?? INTEGER;
  return readConstant(String(typeof json === 'number' ? turned(json, type) : json), type);
}

function isConstant(expr: Expression): expr is Constant {
  return expr.kind === 'number' || expr.kind === 'address' || expr.kind === 'name';
}

function listOf(json: Json | undefined, what: string): readonly Json[] {
  if (!isList(json)) throw new NotNftJson(`${what} should be a list, it is ${quoted(json)}`);
  return json;
}

/** An operator with two operands or, in newer versions, several. */
function binary(op: BinaryOperator, json: Json, types: ValueTypes, grammar: JsonGrammar): Expression {
  const [first, ...rest] = listOf(json, `“${op}”`);
  if (first === undefined || rest.length === 0) throw new NotNftJson(`“${op}” needs two operands`);
  let left = grammar.expression(first, types);
  for (const one of rest) {
    const side = op === '<<' || op === '>>' ? [INTEGER] : isConstant(left) ? types : typesOf(left);
    const right = grammar.expression(one, side);
    left = fold(op, left, right) ?? { kind: 'binary', op, left, right };
  }
  return left;
}

function prefix(json: JsonMembers, types: ValueTypes, grammar: JsonGrammar): PrefixExpression {
  const value = grammar.expression(json.get('addr') ?? null, types);
  if (value.kind !== 'address' && value.kind !== 'number') throw new NotNftJson('a prefix needs an address or a number');
  const length = json.number('len');
  if (!(length >= 0 && length <= 128)) throw new NotNftJson(`prefix length ${length} is invalid`);
  const bits = value.kind === 'address' ? addressBits(familyOf(value.ip)) : (types[0]?.bits ?? 32);
  if (length > bits) throw new NotNftJson(`prefix length ${length} is invalid for a type of ${bits} bits`);
  return makePrefix(value, length, bits);
}

function range(json: Json, types: ValueTypes, grammar: JsonGrammar): RangeExpression {
  const [from, to] = listOf(json, 'a range').map((one) => grammar.expression(one, types));
  if (from === undefined || to === undefined || !isConstant(from) || !isConstant(to)) throw new NotNftJson('a range needs two values');
  return { kind: 'range', from, to };
}

function concat(json: Json, types: ValueTypes, grammar: JsonGrammar): Expression {
  const parts = listOf(json, 'a concatenation').map((one, i) => grammar.expression(one, types[i] === undefined ? [] : [types[i]]));
  return { kind: 'concat', parts };
}

type Reader = (json: Json, types: ValueTypes, grammar: JsonGrammar) => Expression;

function viewed(name: string, read: (json: JsonMembers, grammar: JsonGrammar) => Expression): readonly [string, Reader] {
  return [name, (json, _types, grammar) => read(JsonMembers.of(json, name), grammar)];
}

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  viewed('payload', readPayload),
  viewed('exthdr', readExthdr),
  viewed('tcp option', (json) => readOption(json, 'tcp option')),
  viewed('ip option', (json) => readOption(json, 'ip option')),
  viewed('sctp chunk', (json) => readOption(json, 'sctp chunk')),
  viewed('dccp option', (json) => ({ kind: 'dccp option', name: String(json.number('type')) })),
  viewed('meta', readMeta),
  viewed('ct', readCt),
  viewed('rt', readRt),
  viewed('fib', readFib),
  viewed('socket', readSocket),
  viewed('osf', readOsf),
  viewed('ipsec', readIpsec),
  viewed('numgen', readNumgen),
  viewed('jhash', readJhash),
  viewed('symhash', readSymhash),
  viewed('tunnel', readTunnel),
  ['|', (json, types, grammar) => binary('|', json, types, grammar)],
  ['&', (json, types, grammar) => binary('&', json, types, grammar)],
  ['^', (json, types, grammar) => binary('^', json, types, grammar)],
  ['<<', (json, types, grammar) => binary('<<', json, types, grammar)],
  ['>>', (json, types, grammar) => binary('>>', json, types, grammar)],
  ['prefix', (json, types, grammar) => prefix(JsonMembers.of(json, 'prefix'), types, grammar)],
  ['range', range],
  ['concat', concat],
  ['set', (json, types, grammar) => readAnonymousSet(json, types, undefined, grammar)],
  ['elem', (json, types, grammar) => grammar.expression(JsonMembers.of(json, 'elem').get('val') ?? null, types)],
  [
    'map',
    (json, types, grammar) => {
      const view = JsonMembers.of(json, 'map');
      const key = grammar.expression(view.get('key') ?? null, []);
      return { kind: 'map', key, data: readMapData(view.get('data') ?? null, typesOf(key), types, grammar) };
    },
  ],
]);

/** The map that a key is looked up in: written where it stands, or by name. */
export function readMapData(
  json: Json,
  keyTypes: ValueTypes,
  dataTypes: ValueTypes | 'verdict',
  grammar: JsonGrammar,
): (Expression & { kind: 'set' }) | (Expression & { kind: 'set reference' }) {
  if (typeof json === 'string' && json.startsWith('@')) return { kind: 'set reference', name: json.slice(1) };
  if (typeof json !== 'object' || json === null || isList(json) || !Object.hasOwn(json, 'set'))
    throw new NotNftJson(`a map should be a set or a name, it is ${quoted(json)}`);
  return readAnonymousSet(JsonMembers.of(json, 'map').get('set') ?? null, keyTypes, dataTypes, grammar);
}

/** An expression of libnftables-json; text and numbers are read by `types`. */
export function readExpression(json: Json, types: ValueTypes, grammar: JsonGrammar): Expression {
  if (json === null) throw new NotNftJson('an expression is missing');
  if (typeof json !== 'object') return scalar(json, types);
  if (isList(json)) return binary('|', json.length === 1 ? [json[0]!, json[0]!] : json, types, grammar);
  const view = JsonMembers.of(json, 'an expression');
  const [name] = view.names();
  const reader = name === undefined ? undefined : READERS.get(name);
  if (name === undefined || reader === undefined) throw new NotNftJson(`unknown expression ${quoted(json)}`);
  return reader(view.get(name) ?? null, types, grammar);
}

import type { CounterStatement, CtCountStatement, LastStatement, Limit, LimitStatement, ObjectName, QuotaStatement } from '../ast.js';
import { isSelectorHere } from '../expressions/selector.js';
import { value } from '../expressions/expression.js';
import { isList, oneOf, JsonMembers, type Json, type JsonGrammar } from '../json/value.js';
import { printExpression } from '../print/expression.js';
import type { Style } from '../print/style.js';
import type { Parser } from '../text/parser.js';
import { formatDuration, parseDuration } from '../types/clock.js';
import { simpleType } from '../types/data-types.js';

const NAME = [simpleType('string')];

/** The name of an object, or a map that gives one. */
export function objectName(p: Parser): ObjectName {
  return isSelectorHere(p) ? value(p, NAME) : p.resolved('the name of an object');
}

/** @returns the name of an object that a statement refers to, or the map that gives it, of JSON. */
export function readObjectName(json: Json, grammar: JsonGrammar): ObjectName {
  return typeof json === 'string' ? json : grammar.expression(json, NAME);
}

/** @returns the name of an object, or the map that gives it, as nft prints it. */
export function printObjectName(name: ObjectName): string {
  return typeof name === 'string' ? `"${name}"` : printExpression(name);
}

/** The rest of `counter packets 1 bytes 60` or `counter name "x"`. */
export function parseCounter(p: Parser): CounterStatement {
  if (p.take('name')) return { kind: 'counter', name: objectName(p) };
  let [packets, bytes] = [0, 0];
  for (;;) {
    if (p.take('packets')) packets = p.number('a number of packets');
    else if (p.take('bytes')) bytes = p.number('a number of bytes');
    else return { kind: 'counter', packets, bytes };
  }
}

/** @returns what nft prints as `counter name web`, of its JSON (libnftables-json(5)). */
export function readCounter(json: Json, grammar: JsonGrammar): CounterStatement {
  if (json === null) return { kind: 'counter', packets: 0, bytes: 0 };
  if (typeof json === 'string' || (!isList(json) && typeof json === 'object' && Object.hasOwn(json, 'map')))
    return { kind: 'counter', name: readObjectName(json, grammar) };
  const view = JsonMembers.of(json, 'counter');
  return { kind: 'counter', packets: view.maybeNumber('packets') ?? 0, bytes: view.maybeNumber('bytes') ?? 0 };
}

/** @returns it as nft prints it: `counter name web`. */
export function printCounter({ name, packets = 0, bytes = 0 }: CounterStatement): string {
  return name === undefined ? `counter packets ${packets} bytes ${bytes}` : `counter name ${printObjectName(name)}`;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['bytes', 1],
  ['kbytes', 1024],
  ['mbytes', 1_048_576],
]);

function bytesUnit(p: Parser): number | undefined {
  const size = UNITS.get(p.peek());
  if (size !== undefined) p.lex.next();
  return size;
}

/** get_rate of nft: the largest unit that leaves no rest. */
export function printBytes(bytes: number): string {
  if (bytes > 0 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576} mbytes`;
  return bytes > 0 && bytes % 1024 === 0 ? `${bytes / 1024} kbytes` : `${bytes} bytes`;
}

function mode(p: Parser): boolean {
  if (p.take('until')) return false;
  return p.take('over');
}

const PERIODS = ['second', 'minute', 'hour', 'day', 'week'] as const;

/** `/second`, `mbytes/second`: one word, or parted. */
function unitAndPeriod(p: Parser): { readonly size: number | undefined; readonly word: string } {
  const whole = /^([km]?bytes)\/([a-z]+)$/.exec(p.peek());
  if (whole !== null) {
    p.lex.next();
    return { size: UNITS.get(whole[1]!), word: whole[2]! };
  }
  const size = bytesUnit(p);
  p.expect('/');
  return { size, word: p.word('a unit of time') };
}

/** `over 10 mbytes/second burst 5 kbytes`, the word `rate` being read. */
export function parseRate(p: Parser): Limit {
  const over = mode(p);
  const count = p.number('a rate');
  const { size, word } = unitAndPeriod(p);
  const per = PERIODS.find((period) => period === word) ?? p.fail(`“${word}” is no unit of time: second, minute, hour, day or week`);
  const rate = count * (size ?? 1);
  if (size !== undefined) return { rate, unit: 'bytes', per, burst: p.take('burst') ? burstBytes(p) : 0, over };
  const burst = p.take('burst') ? burstPackets(p) : 5;
  if (burst === 0) p.fail('packet limit burst must be > 0');
  return { rate, unit: 'packets', per, burst, over };
}

function burstPackets(p: Parser): number {
  const burst = p.number('a burst');
  p.expect('packets');
  return burst;
}

function burstBytes(p: Parser): number {
  return p.number('a burst') * (bytesUnit(p) ?? p.fail('the burst of a rate of bytes is in bytes, kbytes or mbytes'));
}

/** The rest of `limit rate 5/second` or `limit name "x"`. */
export function parseLimit(p: Parser): LimitStatement {
  if (p.take('name')) return { kind: 'limit', name: objectName(p) };
  p.expect('rate');
  return { kind: 'limit', limit: parseRate(p) };
}

/** `limit` of libnftables-json, of a rule or an object. */
export function readRate(json: JsonMembers): Limit {
  const rateUnit = json.maybeString('rate_unit') ?? json.maybeString('unit') ?? 'packets';
  const size = UNITS.get(rateUnit);
  const burstSize = UNITS.get(json.maybeString('burst_unit') ?? rateUnit) ?? 1;
  return {
    rate: json.number('rate') * (size ?? 1),
    unit: size === undefined ? 'packets' : 'bytes',
    per: oneOf(json.maybeString('per') ?? 'second', PERIODS, 'unit of time'),
    burst: (json.maybeNumber('burst') ?? (size === undefined ? 5 : 0)) * (size === undefined ? 1 : burstSize),
    over: json.flag('inv'),
  };
}

/** @returns what nft prints as `limit rate 10/second`, of its JSON (libnftables-json(5)). */
export function readLimit(json: Json, grammar: JsonGrammar): LimitStatement {
  const named = typeof json === 'string' || (typeof json === 'object' && json !== null && Object.hasOwn(json, 'map'));
  return named ? { kind: 'limit', name: readObjectName(json, grammar) } : { kind: 'limit', limit: readRate(JsonMembers.of(json, 'limit')) };
}

/** A rate without the word `limit`. */
export function printRate({ rate, unit, per, burst, over }: Limit, style: Style): string {
  const head = `rate ${over ? 'over ' : ''}`;
  if (unit === 'bytes') return `${head}${printBytes(rate)}/${per}${burst > 0 ? ` burst ${printBytes(burst)}` : ''}`;
  return `${head}${rate}/${per}${burst > 0 && (style.defaultBurst || burst !== 5) ? ` burst ${burst} packets` : ''}`;
}

/** @returns it as nft prints it: `limit rate 10/second`. */
export function printLimit({ name, limit }: LimitStatement, style: Style): string {
  return name === undefined ? `limit ${limit === undefined ? '' : printRate(limit, style)}` : `limit name ${printObjectName(name)}`;
}

/** `over 25 mbytes used 1 bytes`. */
export function parseQuotaConfig(p: Parser): { readonly bytes: number; readonly used: number; readonly over: boolean } {
  const over = mode(p);
  const bytes = p.number('a number of bytes') * (bytesUnit(p) ?? p.fail('a quota is in bytes, kbytes or mbytes'));
  const used = p.take('used') ? p.number('a number of bytes') * (bytesUnit(p) ?? p.fail('a quota is in bytes, kbytes or mbytes')) : 0;
  return { bytes, used, over };
}

/** The rest of `quota over 500 bytes` or `quota name "x"`. */
export function parseQuota(p: Parser): QuotaStatement {
  return p.take('name') ? { kind: 'quota', name: objectName(p) } : { kind: 'quota', ...parseQuotaConfig(p) };
}

/** @returns what nft prints as `quota over 25 mbytes`, of its JSON (libnftables-json(5)). */
export function readQuota(json: Json, grammar: JsonGrammar): QuotaStatement {
  if (typeof json === 'string' || (typeof json === 'object' && json !== null && Object.hasOwn(json, 'map')))
    return { kind: 'quota', name: readObjectName(json, grammar) };
  const view = JsonMembers.of(json, 'quota');
  const size = (name: string): number => UNITS.get(view.maybeString(name) ?? 'bytes') ?? 1;
  const used = (view.maybeNumber('used') ?? 0) * size('used_unit');
  return { kind: 'quota', bytes: view.number('val') * size('val_unit'), used, over: view.flag('inv') };
}

/** @returns what of a quota stands behind its word: `over 25 mbytes used 1 kbytes`. In and out are bytes. */
export function printQuotaConfig({ bytes = 0, used = 0, over = false }: { bytes?: number; used?: number; over?: boolean }): string {
  return `${over ? 'over ' : ''}${printBytes(bytes)}${used > 0 ? ` used ${printBytes(used)}` : ''}`;
}

/** @returns it as nft prints it: `quota over 25 mbytes`. */
export function printQuota(quota: QuotaStatement): string {
  return quota.name === undefined ? `quota ${printQuotaConfig(quota)}` : `quota name ${printObjectName(quota.name)}`;
}

/** The rest of `ct count over 5`. */
export function parseCtCount(p: Parser): CtCountStatement {
  const over = p.take('over');
  return { kind: 'ct count', count: p.number('a number of connections'), over };
}

/** @returns what nft prints as `ct count over 5`, of its JSON (libnftables-json(5)). */
export function readCtCount(json: JsonMembers): CtCountStatement {
  return { kind: 'ct count', count: json.number('val'), over: json.flag('inv') };
}

/** @returns it as nft prints it: `ct count over 5`. */
export function printCtCount({ count, over }: CtCountStatement): string {
  return `ct count ${over ? 'over ' : ''}${count}`;
}

/** The rest of `last used 5s`. */
export function parseLast(p: Parser): LastStatement {
  if (!p.take('used')) return { kind: 'last' };
  const text = p.word('a time');
  if (text === 'never') return { kind: 'last' };
  return { kind: 'last', used: parseDuration(text) ?? p.fail(`“${text}” is no time`) };
}

/** @returns what nft prints as `last used never`, of its JSON (libnftables-json(5)). */
export function readLast(json: Json): LastStatement {
  const used = json === null ? undefined : JsonMembers.of(json, 'last').maybeNumber('used');
  return { kind: 'last', ...(used === undefined ? {} : { used }) };
}

/** @returns it as nft prints it: `last used never`. */
export function printLast({ used }: LastStatement): string {
  return `last used ${used === undefined ? 'never' : formatDuration(used)}`;
}

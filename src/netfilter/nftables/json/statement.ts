import { isMangled } from '../mangled.js';
import type { NftFamily, Statement } from '../ast.js';
import { typesOf } from '../fields/type-of.js';
import { readLog } from '../statements/log.js';
import { readMatch } from '../statements/match.js';
import { readNat, readTproxy } from '../statements/nat.js';
import { readDup, readFlow, readFwd, readQueue, readReset, readSynproxy, readXt } from '../statements/packets.js';
import { readReject } from '../statements/reject.js';
import { readMeter, readSetStatement } from '../statements/sets.js';
import { GRAMMAR, parseRuleBody } from '../statements/statement.js';
import { readCounter, readCtCount, readLast, readLimit, readObjectName, readQuota } from '../statements/stateful.js';
import { NotNft, Parser } from '../text/parser.js';
import { readVerdict } from './elements.js';
import { readExpression, readMapData } from './expression.js';
import { NotNftJson, quoted, JsonMembers, type Json, type JsonGrammar } from './value.js';

type Reader = (json: Json, family: NftFamily, grammar: JsonGrammar) => Statement;

function mangle(json: JsonMembers, grammar: JsonGrammar): Statement {
  const key = grammar.expression(json.get('key') ?? null, []);
  const value = json.get('value') ?? null;
  if (!isMangled(key)) throw new NotNftJson('this cannot be set');
  if (key.kind === 'ct' && key.key === 'helper') return { kind: 'ct helper', name: readObjectName(value, grammar) };
  if (key.kind === 'meta' && key.key === 'secmark' && typeof value === 'string') return { kind: 'secmark', name: value };
  return { kind: 'mangle', key, value: grammar.expression(value, typesOf(key)) };
}

function verdict(name: string): readonly [string, Reader] {
  return [name, (json) => ({ kind: 'verdict', verdict: readVerdict({ [name]: json }) })];
}

function vmap(json: JsonMembers, grammar: JsonGrammar): Statement {
  const key = grammar.expression(json.get('key') ?? null, []);
  return { kind: 'vmap', key, data: readMapData(json.get('data') ?? null, typesOf(key), 'verdict', grammar) };
}

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['match', (json, _family, grammar) => readMatch(JsonMembers.of(json, 'match'), grammar)],
  verdict('accept'),
  verdict('drop'),
  verdict('continue'),
  verdict('return'),
  verdict('jump'),
  verdict('goto'),
  ['counter', (json, _family, grammar) => readCounter(json, grammar)],
  ['quota', (json, _family, grammar) => readQuota(json, grammar)],
  ['limit', (json, _family, grammar) => readLimit(json, grammar)],
  ['last', (json) => readLast(json)],
  ['ct count', (json) => readCtCount(JsonMembers.of(json, 'ct count'))],
  ['log', (json) => readLog(json)],
  ['mangle', (json, _family, grammar) => mangle(JsonMembers.of(json, 'mangle'), grammar)],
  ['snat', (json, _family, grammar) => readNat(json, 'snat', grammar)],
  ['dnat', (json, _family, grammar) => readNat(json, 'dnat', grammar)],
  ['masquerade', (json, _family, grammar) => readNat(json, 'masquerade', grammar)],
  ['redirect', (json, _family, grammar) => readNat(json, 'redirect', grammar)],
  ['reject', (json, family) => readReject(json, family)],
  ['set', (json, _family, grammar) => readSetStatement(JsonMembers.of(json, 'set'), grammar)],
  ['map', (json, _family, grammar) => readSetStatement(JsonMembers.of(json, 'map'), grammar)],
  ['vmap', (json, _family, grammar) => vmap(JsonMembers.of(json, 'vmap'), grammar)],
  ['meter', (json, _family, grammar) => readMeter(JsonMembers.of(json, 'meter'), grammar)],
  ['queue', (json, _family, grammar) => readQueue(json, grammar)],
  ['ct helper', (json, _family, grammar) => ({ kind: 'ct helper', name: readObjectName(json, grammar) })],
  ['ct timeout', (json, _family, grammar) => ({ kind: 'ct timeout', name: readObjectName(json, grammar) })],
  ['ct expectation', (json, _family, grammar) => ({ kind: 'ct expectation', name: readObjectName(json, grammar) })],
  ['secmark', (json, _family, grammar) => ({ kind: 'secmark', name: readObjectName(json, grammar) })],
  ['notrack', () => ({ kind: 'notrack' })],
  ['fwd', (json, _family, grammar) => readFwd(JsonMembers.of(json, 'fwd'), grammar)],
  ['dup', (json, family, grammar) => readDup(JsonMembers.of(json, 'dup'), grammar, family === 'netdev')],
  ['tproxy', (json, _family, grammar) => readTproxy(JsonMembers.of(json, 'tproxy'), grammar)],
  ['synproxy', (json, _family, grammar) => readSynproxy(json, grammar)],
  ['flow', (json) => readFlow(JsonMembers.of(json, 'flow'))],
  ['reset', (json) => readReset(JsonMembers.of(json, 'reset'))],
  ['xt', (json) => (json === null ? { kind: 'xt', type: 'match', name: '' } : readXt(JsonMembers.of(json, 'xt')))],
]);

/** What JSON has no form for stands in it as the text that a listing prints: anonymous chains of older versions. */
function fromText(text: string, family: NftFamily): Statement {
  const p = new Parser(text, GRAMMAR);
  p.family = family;
  p.listing = true;
  try {
    const { statements } = parseRuleBody(p);
    const [only] = statements;
    if (only === undefined || statements.length > 1 || !p.atEnd()) throw new NotNftJson(`this is no statement: ${quoted(text)}`);
    return only;
  } catch (error) {
    if (error instanceof NotNft) throw new NotNftJson(error.message);
    throw error;
  }
}

const DEEPEST = 60;

/** @returns the readers of expressions and statements in a table of a family. */
export function grammarOf(family: NftFamily): JsonGrammar {
  let depth = 0;
  const deeper = <T>(read: () => T): T => {
    if (++depth > DEEPEST) throw new NotNftJson('too many levels of nesting');
    try {
      return read();
    } finally {
      depth--;
    }
  };
  const grammar: JsonGrammar = {
    family,
    expression: (json, types) => deeper(() => readExpression(json, types, grammar)),
    statement: (json) => deeper(() => readStatement(json, family, grammar)),
  };
  return grammar;
}

function readStatement(json: Json, family: NftFamily, grammar: JsonGrammar): Statement {
  if (typeof json === 'string') return fromText(json, family);
  const view = JsonMembers.of(json, 'a statement');
  const [name] = view.names();
  const reader = name === undefined ? undefined : READERS.get(name);
  if (name === undefined || reader === undefined) throw new NotNftJson(`unknown statement ${quoted(json)}`);
  return reader(view.get(name) ?? null, family, grammar);
}

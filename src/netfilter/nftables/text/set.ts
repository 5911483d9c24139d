import type { Element, Elements, Expression, KeyType, NftSet, ObjectKind, SetFlag, Statement } from '../ast.js';
import type { TableDraft } from '../draft.js';
import { collectElements } from '../elements.js';
import { selector } from '../expressions/selector.js';
import { type DataTypes, setExpression } from '../expressions/sets.js';
import { typesOf } from '../fields/type-of.js';
import { parseDuration } from '../types/clock.js';
import { type ValueTypes, dataTypeOf, simpleType } from '../types/data-types.js';
import { type Context, block, endStatement, takeHandle } from './context.js';
import { Token } from './lexer.js';
import type { Parser } from './parser.js';

type Draft = { -readonly [K in keyof NftSet]: NftSet[K] } & { types: ValueTypes; dataTypes: DataTypes };

const OBJECTS: readonly ObjectKind[] = ['counter', 'quota', 'limit', 'secmark', 'synproxy'];

const FLAGS: readonly SetFlag[] = ['constant', 'interval', 'timeout', 'dynamic'];

const STATEFUL: ReadonlySet<string> = new Set(['counter', 'limit', 'quota', 'ct', 'last']);

function typeWord(p: Parser): ValueTypes[number] {
  const word = p.word('a type');
  return simpleType(dataTypeOf(word) ?? p.fail(`unknown datatype “${word}”`));
}

/** `ipv4_addr . inet_service`. */
function typeList(p: Parser): ValueTypes {
  const types = [typeWord(p)];
  while (p.take('.')) types.push(typeWord(p));
  return types;
}

/** `ip saddr . tcp dport`. */
function typeofList(p: Parser): Expression {
  const first = selector(p);
  if (!p.isSign('.')) return first;
  const parts: Expression[] = [first];
  while (p.take('.')) parts.push(selector(p));
  return { kind: 'concat', parts };
}

function names(types: ValueTypes): KeyType {
  return types.map(({ type }) => type);
}

/** `ct helper`, `ct timeout` and `ct expectation`: with any other word it is what `typeof` names. */
function ctObject(p: Parser): ObjectKind | undefined {
  const { start, line } = p.lex;
  p.lex.next();
  const word = p.peek();
  p.lex.next();
  if (word === 'helper' || word === 'timeout' || word === 'expectation') return `ct ${word}`;
  p.lex.reset(start, line);
  return undefined;
}

function objectKind(p: Parser): ObjectKind | undefined {
  if (p.isWord('ct')) return ctObject(p);
  const kind = OBJECTS.find((one) => p.isWord(one));
  if (kind !== undefined) p.lex.next();
  return kind;
}

/** What follows the colon of a map's type. */
function dataOf(p: Parser, set: Draft, isTypeof: boolean): void {
  if (p.take('verdict')) {
    set.data = ['verdict'];
    set.dataTypes = 'verdict';
    return;
  }
  const object = objectKind(p);
  if (object !== undefined) {
    set.data = object;
    set.dataTypes = [simpleType('string')];
    return;
  }
  if (p.take('interval')) set.dataInterval = true;
  if (isTypeof) set.dataTypeof = typeofList(p);
  const types = set.dataTypeof === undefined ? typeList(p) : typesOf(set.dataTypeof);
  set.data = names(types);
  set.dataTypes = types;
}

function seconds(p: Parser): number {
  const text = p.word('a time');
  return (parseDuration(text) ?? p.fail(`“${text}” is no time`)) / 1000;
}

function setFlags(p: Parser): readonly SetFlag[] {
  const found: SetFlag[] = [];
  do {
    const word = p.word('a flag of a set');
    found.push(FLAGS.find((flag) => flag === word) ?? p.fail(`“${word}” is no flag of a set`));
  } while (p.take(','));
  return FLAGS.filter((flag) => found.includes(flag));
}

/** Where elements stand before the type that they are read by, they are read again at the end of the block. */
interface Postponed {
  readonly start: number;
  readonly line: number;
}

function skipSet(p: Parser): void {
  let open = 0;
  do {
    if (p.lex.kind === Token.end) p.failCut('these elements');
    if (p.isSign('{')) open++;
    else if (p.isSign('}')) open--;
    p.lex.next();
  } while (open > 0);
}

function setItem(context: Context, set: Draft, isMap: boolean, later: Postponed[]): void {
  const { p } = context;
  const word = p.peek();
  if (STATEFUL.has(word)) {
    set.statements = [...set.statements, p.grammar.statement(p)];
    return;
  }
  p.lex.next();
  switch (word) {
    case 'type':
    case 'typeof':
      if (word === 'typeof') set.typeof = typeofList(p);
      set.types = set.typeof === undefined ? typeList(p) : typesOf(set.typeof);
      set.key = names(set.types);
      if (isMap) {
        p.expect(':');
        dataOf(p, set, word === 'typeof');
      }
      return endStatement(p);
    case 'flags':
      set.flags = setFlags(p);
      return endStatement(p);
    case 'timeout':
      set.timeout = seconds(p);
      return endStatement(p);
    case 'gc-interval':
      set.gcInterval = seconds(p);
      return endStatement(p);
    case 'size':
      set.size = p.number('a size');
      return endStatement(p);
    case 'policy': {
      const policy = p.word('a policy');
      if (policy !== 'performance' && policy !== 'memory') return p.fail(`“${policy}” is no policy of a set`);
      set.policy = policy;
      return endStatement(p);
    }
    case 'auto-merge':
      set.autoMerge = true;
      return;
    case 'comment':
      set.comment = p.string('a comment');
      return endStatement(p);
    case 'elements':
      p.expect('=');
      later.push({ start: p.lex.start, line: p.lex.line });
      if (set.types.length === 0) return p.isSign('$') ? void (p.lex.next(), p.lex.next()) : skipSet(p);
      later.pop();
      set.elements = elementsOf(p, set.types, set.dataTypes);
      return;
    default:
      return p.fail(`“${word}” is no part of a ${isMap ? 'map' : 'set'}`);
  }
}

function elementsOf(p: Parser, types: ValueTypes, dataTypes: DataTypes): Elements {
  return collectElements(listOf(setExpression(p, types, dataTypes).elements), types);
}

function listOf(elements: Elements): readonly Element[] {
  return elements.kind === 'list' ? elements.of : [];
}

/** The body of a set or map. */
export function parseSetBlock(context: Context, table: TableDraft, name: string, isMap: boolean, line: number): void {
  const { p } = context;
  const statements: readonly Statement[] = [];
  const set: Draft = {
    name,
    key: [],
    flags: [],
    autoMerge: false,
    statements,
    elements: { kind: 'list', of: [] },
    origin: context.origin(line),
    types: [],
    dataTypes: undefined,
  };
  const later: Postponed[] = [];
  let handle = {};
  let problems = false;
  block(context, () => {
    handle = { ...handle, ...takeHandle(p) };
    problems = true;
    setItem(context, set, isMap, later);
    problems = false;
  });
  handle = { ...handle, ...takeHandle(p) };
  if (set.types.length === 0) p.failAt(`${isMap ? 'map' : 'set'} ${name} has no type`, line);
  for (const { start, line: at } of later) {
    const { start: back, line: backLine } = p.lex;
    p.lex.reset(start, at);
    set.elements = elementsOf(p, set.types, set.dataTypes);
    p.lex.reset(back, backLine);
  }
  const { types: _types, dataTypes: _dataTypes, ...read } = set;
  table.sets.set(name, { ...read, ...handle, ...(problems ? { incomplete: true } : {}) });
}

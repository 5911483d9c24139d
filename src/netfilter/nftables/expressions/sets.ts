import type { Element, ElementData, Elements, SetExpression, SetReference, Statement, Verdict } from '../ast.js';
import { parseDuration } from '../types/clock.js';
import type { ValueTypes } from '../types/data-types.js';
import { Token } from '../text/lexer.js';
import type { Parser } from '../text/parser.js';
import { elementKey } from './constants.js';
import { collectElements, isElementKey } from '../elements.js';

/** What the entries of a map give: verdicts, or values of a type. */
export type DataTypes = ValueTypes | 'verdict' | { readonly upTo: ValueTypes } | undefined;

/** Verdicts as words of the language. */
export function verdict(p: Parser): Verdict | undefined {
  const word = p.peek();
  switch (word) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      p.lex.next();
      return { kind: word };
    case 'jump':
    case 'goto':
      p.lex.next();
      return { kind: word, chain: p.resolved('the name of a chain') };
    default:
      return undefined;
  }
}

const OBJECT_STATEMENTS: ReadonlySet<string> = new Set(['counter', 'limit', 'quota', 'ct', 'last']);

function duration(p: Parser, what: string): number {
  const text = p.word(what);
  const ms = parseDuration(text);
  return ms === undefined ? p.fail(`“${text}” is no time`) : ms / 1000;
}

interface Options {
  timeout?: number;
  expires?: number;
  comment?: string;
  statements?: Statement[];
}

/** What may follow an element: `timeout 1h expires 59m comment "x" counter packets 0 bytes 0`. */
export function elementOptions(p: Parser): Options {
  const options: Options = {};
  for (;;) {
    const word = p.peek();
    if (word === 'timeout') {
      p.lex.next();
      if (p.isWord('never')) p.lex.next();
      else options.timeout = duration(p, 'a time');
    } else if (word === 'expires') {
      p.lex.next();
      options.expires = duration(p, 'a time');
    } else if (word === 'comment') {
      p.lex.next();
      options.comment = p.string('a comment');
    } else if (OBJECT_STATEMENTS.has(word)) (options.statements ??= []).push(p.grammar.statement(p));
    else return options;
  }
}

function data(p: Parser, types: DataTypes): ElementData {
  const found = verdict(p);
  if (found !== undefined) return { kind: 'verdict', verdict: found };
  if (types === undefined || types === 'verdict') return p.fail(`expected a verdict, found ${p.here()}`);
  return 'upTo' in types ? elementKey(p, types.upTo, true) : elementKey(p, types);
}

/** One element, or those of a set that stands in its place. */
function element(p: Parser, types: ValueTypes, dataTypes: DataTypes, into: Element[]): void {
  const { line } = p;
  if (p.isSign('{')) return p.nested(() => elementList(p, types, dataTypes, into));
  const key = elementKey(p, types);
  if (key.kind === 'set') {
    for (const one of listOf(key.elements)) into.push(one);
    return;
  }
  if (!isElementKey(key)) p.failAt('this cannot be an element of a set', line);
  const before = elementOptions(p);
  const value = p.take(':') ? data(p, dataTypes) : undefined;
  const options = value === undefined ? before : { ...before, ...elementOptions(p) };
  into.push({ key, ...(value === undefined ? {} : { data: value }), ...options, line });
}

function listOf(elements: Elements): readonly Element[] {
  return elements.kind === 'list' ? elements.of : [];
}

/** `{ a, b, … }`: line ends may stand around each. */
function elementList(p: Parser, types: ValueTypes, dataTypes: DataTypes, into: Element[]): void {
  p.expect('{');
  p.newlines();
  while (!p.isSign('}')) {
    element(p, types, dataTypes, into);
    p.newlines();
    if (!p.isSign('}')) p.expect(',');
    p.newlines();
  }
  p.lex.next();
}

/** A set in braces, or a variable that is one. */
export function setExpression(p: Parser, types: ValueTypes, dataTypes?: DataTypes): SetExpression {
  if (p.isSign('$')) return p.variable((inner) => setExpression(inner, types, dataTypes));
  const elements: Element[] = [];
  p.nested(() => elementList(p, types, dataTypes, elements));
  return { kind: 'set', elements: { kind: 'list', of: elements } };
}

/** The elements of a named set, kept compact where they are many. */
export function namedElements(p: Parser, types: ValueTypes, dataTypes?: DataTypes): Elements {
  const { elements } = setExpression(p, types, dataTypes);
  return collectElements(listOf(elements), types);
}

/** `@name`. */
export function setReference(p: Parser): SetReference {
  if (p.isSign('$')) return p.variable(setReference);
  p.expect('@');
  return { kind: 'set reference', name: p.word('the name of a set') };
}

/** A set in braces or by its name. */
export function setOrReference(p: Parser, types: ValueTypes, dataTypes?: DataTypes): SetExpression | SetReference {
  if (p.isSign('@')) return setReference(p);
  if (!p.isSign('$')) return setExpression(p, types, dataTypes);
  return p.variable((inner) => setOrReference(inner, types, dataTypes));
}

/** @returns whether a token opens a set: for callers that must tell it from a value. */
export function opensSet(p: Parser): boolean {
  return p.isSign('{') || (p.isSign('@') && p.lex.kind === Token.sign);
}

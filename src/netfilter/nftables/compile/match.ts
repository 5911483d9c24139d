import type { Ip } from '../../../address/ip.js';
import { after, before, type Range } from '../../../address/ranges.js';
import { allOf, anyOf, CT_STATE, FALSE, negateIf, NFT_STATE, TRUE, type Predicate } from '../../predicate/predicate.js';
import type { Field } from '../../predicate/field.js';
import type { OracleQuery } from '../../predicate/question.js';
import type { KeyedSet, KeyPart, SetEntry } from '../../sets/keyed-set.js';
import type { Term } from '../../term.js';
import type { Expression, MatchStatement } from '../ast.js';
import { NotModelled, type CompileContext, type Selected } from './context.js';
import { constantValue, keyParts } from './expressions/constants.js';
import { select } from './expressions/index.js';
import { mayBeFound, portless, readsAnyPorts } from './expressions/portless.js';
import { fibCondition } from './fib-condition.js';
import { presence, topOf } from './presence.js';
import { turnedRange } from './turned-range.js';

/** So many entries of a set are written out as conditions; larger ones are looked up. */
const MOST_WRITTEN_OUT = 24;

/** nft's state words as those of `ctstate`. */
function stateMask(mask: number): number {
  return (
    (mask & (NFT_STATE.INVALID | NFT_STATE.ESTABLISHED | NFT_STATE.RELATED | NFT_STATE.NEW)) |
    ((mask & NFT_STATE.UNTRACKED) !== 0 ? CT_STATE.UNTRACKED : 0)
  );
}

function inSet(key: readonly Term[], set: KeyedSet): Predicate {
  return { op: 'lookup', key, set };
}

function partSet(key: readonly Term[], parts: readonly KeyPart[]): KeyedSet {
  return { name: '', id: '', width: key.length, entries: [{ key: parts, asks: [] }], dynamic: false };
}

/** One field held against one part of a key; undefined where only a look-up can tell. */
function partCondition(term: Term, part: KeyPart): Predicate | undefined {
  if (part.kind === 'any') return TRUE;
  if (term.op === 'field') {
    if (part.kind === 'name') return FALSE;
    return { op: 'in', field: term.field, ranges: [[part.lo, part.hi]] };
  }
  if (term.op === 'ifname' && (term.which === 'in' || term.which === 'out'))
    return part.kind === 'name' ? { op: 'iface', which: term.which, name: part.name, prefix: part.prefix } : FALSE;
  return term.op === 'unknown' ? { op: 'unknown', question: narrowed(term.question, part) } : undefined;
}

/** A question about who sends, as one part of a key asks it: a name stands for a user that only the host knows, but for root's. */
function narrowed({ owner, ...question }: OracleQuery, part: Exclude<KeyPart, { kind: 'any' }>): OracleQuery {
  if (owner === undefined || (part.kind === 'name' && part.name !== 'root')) return question;
  const range: Range = part.kind === 'name' ? [0, 0] : [part.lo, part.hi];
  return { ...question, owner: { ...owner, ranges: [range] } };
}

function entryCondition(key: readonly Term[], { key: parts, asks }: SetEntry): Predicate | undefined {
  if (asks.length > 0) return undefined;
  const conditions = key.map((term, field) => partCondition(term, parts.length < key.length ? { kind: 'any' } : parts[field]!));
  return conditions.includes(undefined) ? undefined : allOf(...conditions.map((condition) => condition!));
}

const rangesBySet = new WeakMap<KeyedSet, { readonly ranges: readonly Range[] | undefined }>();

/** Of a set that hundreds of rules may name, one list. */
function fieldRanges(field: Field, set: KeyedSet): Predicate | undefined {
  let made = rangesBySet.get(set);
  if (made === undefined) rangesBySet.set(set, (made = { ranges: rangesIn(set) }));
  return made.ranges === undefined ? undefined : { op: 'in', field, ranges: made.ranges };
}

function rangesIn(set: KeyedSet): readonly Range[] | undefined {
  const ranges: Range[] = [];
  for (const { key, asks } of set.entries) {
    const [part] = key;
    if (part?.kind !== 'range' || asks.length > 0) return undefined;
    ranges.push([part.lo, part.hi]);
  }
  const { plain } = set;
  if (plain !== undefined) for (let i = 0; i < plain.lo.length; i++) ranges.push([plain.lo[i]!, plain.hi[i]!]);
  return ranges;
}

/** @returns membership in a set, as plain conditions where these say it. */
export function membership(key: readonly Term[], set: KeyedSet): Predicate {
  if (set.dynamic || set.unread !== undefined) return inSet(key, set);
  const [first] = key;
  if (key.length === 1 && first?.op === 'field') return fieldRanges(first.field, set) ?? inSet(key, set);
  if (set.plain !== undefined || set.entries.length > MOST_WRITTEN_OUT) return inSet(key, set);
  const written = set.entries.map((entry) => entryCondition(key, entry));
  return written.includes(undefined) ? inSet(key, set) : anyOf(...written.map((one) => one!));
}

function numberOf(expression: Expression): Ip {
  if (expression.kind !== 'number' && expression.kind !== 'address') throw new NotModelled(`${expression.kind} in a comparison of size`);
  const value = constantValue(expression);
  if (typeof value === 'string') throw new NotModelled('a name in a comparison of size');
  return value;
}

/** `<`, `>`, `<=`, `>=`: numbers as the network orders them. */
function sizeRange(op: '<' | '>' | '<=' | '>=', value: Ip, term: Term): Range | undefined {
  const zero = typeof value === 'number' ? 0 : 0n;
  const narrow = term.op === 'field' ? topOf(term.field) : 0xffffffff;
  const top = typeof value === 'number' ? narrow : (1n << 128n) - 1n;
  switch (op) {
    case '<':
      return value <= 0 ? undefined : [zero, before(value)];
    case '<=':
      return [zero, value];
    case '>':
      return [after(value), top];
    case '>=':
      return [value, top];
  }
}

/** Flags of the right-hand side: one number, or several that are or'ed. */
function flagsOf(expression: Expression): number {
  switch (expression.kind) {
    case 'number':
      return Number(expression.value);
    case 'binary':
      if (expression.op === '|') return flagsOf(expression.left) | flagsOf(expression.right);
      throw new NotModelled(`${expression.op} among flags`);
    case 'set':
      if (expression.elements.kind === 'list') return expression.elements.of.reduce((all, { key }) => all | flagsOf(key), 0);
      throw new NotModelled('intervals among flags');
    default:
      throw new NotModelled(`${expression.kind} among flags`);
  }
}

/** Any bit of a mask (`ct state new,established`). */
function anyFlag(term: Term, mask: number): Predicate {
  if (term.op === 'field' && term.field === 'nftstate') return { op: 'anybit', field: 'ctstate', mask: stateMask(mask) };
  if (term.op === 'field') return { op: 'anybit', field: term.field, mask };
  if (term.op === 'unknown') return { op: 'unknown', question: term.question };
  const masked: Term = { op: 'binary', by: '&', left: term, right: { op: 'const', value: mask } };
  return inSet([masked], partSet([masked], [{ kind: 'range', lo: 1, hi: 0xffffffff }]));
}

/** `FIELD & MASK == VALUE`, which packet sets can tell; undefined for any other left-hand side. */
function maskedField(left: Term, parts: readonly KeyPart[]): Predicate | undefined {
  const [part] = parts;
  if (left.op !== 'binary' || left.by !== '&' || left.left.op !== 'field' || left.right.op !== 'const') return undefined;
  const mask = left.right.value;
  if (typeof mask === 'string' || part?.kind !== 'range' || part.lo !== part.hi) return undefined;
  return { op: 'masked', field: left.left.field, mask, value: part.lo };
}

const EXACT_STATE: ReadonlySet<number> = new Set(Object.values(NFT_STATE));

/** `ct state == new` and the like: a packet has exactly one state. */
function oneState(left: Term, parts: readonly KeyPart[]): Predicate | undefined {
  const [part] = parts;
  if (left.op !== 'field' || left.field !== 'nftstate' || part?.kind !== 'range' || part.lo !== part.hi) return undefined;
  const state = Number(part.lo);
  return EXACT_STATE.has(state) ? { op: 'anybit', field: 'ctstate', mask: stateMask(state) } : FALSE;
}

function equalTo({ terms }: Selected, right: Expression, context: CompileContext): Predicate {
  if (right.kind === 'set reference') return membership(terms, context.named(right.name));
  if (right.kind === 'set') {
    const [first, ...more] = terms;
    const states = more.length === 0 && first?.op === 'field' && first.field === 'nftstate' ? statesOf(right) : undefined;
    return states ?? membership(terms, context.anonymous(right.elements, terms.length));
  }
  const parts = keyParts(right);
  if (parts.length !== terms.length) throw new NotModelled('a key of another number of fields');
  const first = terms[0]!;
  const plain = terms.length === 1 ? (oneState(first, parts) ?? maskedField(first, parts)) : undefined;
  return plain ?? membership(terms, partSet(terms, parts));
}

/** `ct state { established, related }`: each element is one state. */
function statesOf(right: Extract<Expression, { kind: 'set' }>): Predicate | undefined {
  if (right.elements.kind !== 'list') return undefined;
  const masks = right.elements.of.map(({ key }) => (key.kind === 'number' && EXACT_STATE.has(Number(key.value)) ? Number(key.value) : 0));
  return { op: 'anybit', field: 'ctstate', mask: stateMask(masks.reduce((all, mask) => all | mask, 0)) };
}

function relation(selected: Selected, { op, right }: MatchStatement, context: CompileContext): Predicate {
  const [first] = selected.terms;
  switch (op) {
    case '==':
      return equalTo(selected, right, context);
    case '!=': {
      const between = turnedRange(right);
      if (between !== undefined)
        return between.lo > between.hi ? FALSE : membership(selected.terms, partSet(selected.terms, [{ kind: 'range', ...between }]));
      return allOf(...selected.terms.map(presence), negateIf(true, equalTo(selected, right, context)));
    }
    case 'in':
      return right.kind === 'set reference' ? equalTo(selected, right, context) : anyFlag(first!, flagsOf(right));
    case '!':
      return allOf(presence(first!), negateIf(true, anyFlag(first!, flagsOf(right))));
    case '<':
    case '>':
    case '<=':
    case '>=': {
      const range = sizeRange(op, numberOf(right), first!);
      if (range === undefined) return FALSE;
      return membership(selected.terms, partSet(selected.terms, [{ kind: 'range', lo: range[0], hi: range[1] }]));
    }
  }
}

/**
 * nft_cmp, nft_range, nft_lookup, nft_bitwise with nft_cmp: one comparison. Where the packet has not what is compared, the
 * rule ends, whether the comparison is negated or not.
 */
export function match(statement: MatchStatement, context: CompileContext): Predicate {
  const byRoute = fibCondition(statement, context);
  if (byRoute !== undefined) return byRoute;
  const selected = select(statement.left, context);
  const asked = allOf(...selected.needs, relation(selected, statement, context));
  if (!readsAnyPorts(selected)) return asked;
  const others = portless(selected);
  const found = relation(others, statement, context);
  return found.op === 'lookup' && !mayBeFound(found.key, found.set) ? asked : anyOf(asked, allOf(...others.needs, found));
}

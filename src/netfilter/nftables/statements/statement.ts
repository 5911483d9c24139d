import { isMangled } from '../mangled.js';
import type { AnonymousChain, Expression, ObjectName, Statement, Verdict } from '../ast.js';
import { left, right, value } from '../expressions/expression.js';
import { typesOf } from '../fields/type-of.js';
import type { Grammar, Parser } from '../text/parser.js';
import { printRuleText } from '../print/statement.js';
import { parseLog } from './log.js';
import { parseMatch } from './match.js';
import { parseNat, parsePortNat, parseTproxy } from './nat.js';
import { parseDup, parseFlow, parseFwd, parseQueue, parseReset, parseSynproxy, parseXt } from './packets.js';
import { parseReject } from './reject.js';
import { parseMeter, parseSetStatement } from './sets.js';
import { objectName, parseCounter, parseCtCount, parseLast, parseLimit, parseQuota } from './stateful.js';

/** Reads what follows the word that opens a statement. */
type Reader = (p: Parser) => Statement;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['counter', parseCounter],
  ['limit', parseLimit],
  ['quota', parseQuota],
  ['last', parseLast],
  ['log', parseLog],
  ['reject', parseReject],
  ['snat', (p) => parseNat(p, 'snat')],
  ['dnat', (p) => parseNat(p, 'dnat')],
  ['masquerade', (p) => parsePortNat(p, 'masquerade')],
  ['redirect', (p) => parsePortNat(p, 'redirect')],
  ['tproxy', parseTproxy],
  ['queue', parseQueue],
  ['dup', parseDup],
  ['fwd', parseFwd],
  ['notrack', () => ({ kind: 'notrack' })],
  ['flow', parseFlow],
  ['synproxy', parseSynproxy],
  ['add', (p) => parseSetStatement(p, 'add')],
  ['update', (p) => parseSetStatement(p, 'update')],
  ['delete', (p) => parseSetStatement(p, 'delete')],
  ['set', setFirst],
  ['meter', parseMeter],
  ['reset', parseReset],
  ['xt', parseXt],
  ['accept', () => verdict({ kind: 'accept' })],
  ['drop', () => verdict({ kind: 'drop' })],
  ['continue', () => verdict({ kind: 'continue' })],
  ['return', () => verdict({ kind: 'return' })],
  ['jump', (p) => jump(p, 'jump')],
  ['goto', (p) => jump(p, 'goto')],
]);

function verdict(of: Verdict): Statement {
  return { kind: 'verdict', verdict: of };
}

/** `set add ip saddr @s`, the old spelling of `add @s { ip saddr }`. */
function setFirst(p: Parser): Statement {
  const op = p.word('add, update or delete');
  if (op !== 'add' && op !== 'update' && op !== 'delete') return p.fail(`set “${op}”: add, update or delete`);
  return parseSetStatement(p, op);
}

function jump(p: Parser, kind: 'jump' | 'goto'): Statement {
  if (!p.isSign('{')) return verdict({ kind, chain: p.resolved('the name of a chain') });
  return verdict({ kind, chain: p.nested(() => anonymousChain(p)) });
}

/** The rules of a chain that is written where it is called. */
function anonymousChain(p: Parser): AnonymousChain {
  p.expect('{');
  const rules: AnonymousChain['rules'][number][] = [];
  for (;;) {
    while (p.take(';') || skipLine(p));
    if (p.take('}')) return { rules };
    const { line } = p;
    const rule = parseRuleBody(p);
    rules.push({ ...rule, text: printRuleText(rule), line });
  }
}

function skipLine(p: Parser): boolean {
  const { start } = p.lex;
  p.newlines();
  return p.lex.start !== start;
}

/** The statements of a rule up to its end, and its comment. */
export function parseRuleBody(p: Parser): { readonly statements: readonly Statement[]; readonly comment?: string } {
  const statements: Statement[] = [];
  while (!p.atEnd()) {
    if (p.isWord('comment')) {
      p.lex.next();
      const comment = p.string('a comment');
      if (!p.atEnd()) p.fail(`unexpected ${p.here()} behind the comment of the rule`);
      return { statements, comment };
    }
    statements.push(parseStatement(p));
  }
  return { statements };
}

const CT_OBJECTS: ReadonlySet<string> = new Set(['helper', 'timeout', 'expectation']);

/** `ct helper set "ftp"` and its kin, `ct count 5`: statements that open as a field does. */
function ctStatement(p: Parser): Statement | undefined {
  if (!p.isWord('ct')) return undefined;
  const { start, line } = p.lex;
  p.lex.next();
  if (p.take('count')) return parseCtCount(p);
  const kind = p.peek();
  if (CT_OBJECTS.has(kind)) {
    p.lex.next();
    if (p.take('set'))
      return { kind: kind === 'helper' ? 'ct helper' : kind === 'timeout' ? 'ct timeout' : 'ct expectation', name: objectName(p) };
  }
  p.lex.reset(start, line);
  return undefined;
}

function secmarkName(p: Parser): ObjectName | undefined {
  return p.isWord('ct') || p.isWord('meta') ? undefined : objectName(p);
}

/** `FIELD set VALUE`, the word `set` being read. */
function mangle(p: Parser, key: Expression): Statement {
  if (!isMangled(key)) return p.fail('this cannot be set');
  if (key.kind === 'meta' && key.key === 'secmark') {
    const name = secmarkName(p);
    if (name !== undefined) return { kind: 'secmark', name };
  }
  return { kind: 'mangle', key, value: value(p, typesOf(key)) };
}

/** One statement of a rule. */
export function parseStatement(p: Parser): Statement {
  const reader = READERS.get(p.peek());
  if (reader !== undefined) {
    p.lex.next();
    return reader(p);
  }
  const special = ctStatement(p);
  if (special !== undefined) return special;
  const key = left(p);
  return p.take('set') ? mangle(p, key) : parseMatch(p, key);
}

/** The whole grammar of rules. */
export const GRAMMAR: Grammar = { left, right, value, statement: parseStatement };

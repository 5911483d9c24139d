import type { NftBase, NftFamily, NftHook, Statement } from '../ast.js';
import { newChain, type ChainDraft, type TableDraft } from '../draft.js';
import { priorityNumber } from '../priority.js';
import { makeRule } from '../rule.js';
import { parseRuleBody } from '../statements/statement.js';
import { block, endStatement, takeHandle, type Context } from './context.js';
import { deviceList } from './devices.js';
import { NotNft, type Parser } from './parser.js';
import { Token } from './lexer.js';

const TYPES = ['filter', 'nat', 'route'] as const;
const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'] as const;

/** `filter - 5`, `-150`, `dstnat`, `$prio`. */
export function parsePriority(p: Parser, family: NftFamily, hook: NftHook): number {
  if (p.isSign('$')) return p.variable((inner) => parsePriority(inner, family, hook));
  if (p.lex.kind === Token.quoted) return quotedPriority(p, family, hook);
  const negative = p.take('-');
  const word = p.word('a priority');
  if (/^\d+$/.test(word)) return negative ? -Number(word) : Number(word);
  const base = priorityNumber(word, family, hook) ?? p.fail(`“${word}” is no priority of hook ${hook} in family ${family}`);
  if (p.take('+')) return base + p.number('an offset');
  return p.take('-') ? base - p.number('an offset') : base;
}

/** `"filter - 5"` of a definition. */
function quotedPriority(p: Parser, family: NftFamily, hook: NftHook): number {
  const text = p.string('a priority');
  const parts = /^([a-z]+)(?: ([+-]) (\d+))?$/.exec(text);
  const base = parts === null ? undefined : priorityNumber(parts[1]!, family, hook);
  if (parts === null || base === undefined) return p.fail(`“${text}” is no priority`);
  return base + Number(parts[3] ?? 0) * (parts[2] === '-' ? -1 : 1);
}

/** The rest of `type filter hook input priority filter`. */
function parseHook(p: Parser, family: NftFamily): Omit<NftBase, 'policy'> {
  const typeWord = p.word('a type of chain');
  const type = TYPES.find((one) => one === typeWord) ?? p.fail(`“${typeWord}” is no type of chain: filter, nat or route`);
  p.expect('hook');
  const hookWord = p.word('a hook');
  const hook = HOOKS.find((one) => one === hookWord) ?? p.fail(`“${hookWord}” is no hook`);
  const devices = p.take('device') ? [p.resolved('an interface')] : p.take('devices') ? deviceList(p) : [];
  p.expect('priority');
  return { type, hook, priority: parsePriority(p, family, hook), devices };
}

function parsePolicy(p: Parser): 'accept' | 'drop' {
  const word = p.resolved('a policy');
  return word === 'accept' || word === 'drop' ? word : p.fail(`“${word}” is no policy: accept or drop`);
}

const TERMINAL: ReadonlySet<string> = new Set(['accept', 'drop', 'return', 'continue', 'jump', 'goto']);

/** Behind a verdict nothing of a rule is reached: nft refuses it (stmt_evaluate). */
function afterVerdict(statements: readonly Statement[]): boolean {
  return statements.slice(0, -1).some((statement) => statement.kind === 'verdict' && TERMINAL.has(statement.verdict.kind));
}

/** The line of a listing as it stands, without its handle; rules of several lines keep them. */
function listedLine(p: Parser, start: number): string {
  const text = p.text.slice(start, p.lex.start).trimEnd();
  const comment = text.lastIndexOf('# handle ');
  return comment < 0 ? text : text.slice(0, comment).trimEnd();
}

/** One rule up to its end; what stops its reading leaves a rule that cannot be decided. */
export function parseRule(context: Context, chain: ChainDraft, at: number): void {
  const { p, listing, complain } = context;
  const { start, line } = p.lex;
  const origin = context.origin(line);
  p.lex.handle = undefined;
  p.lex.unshown = undefined;
  try {
    const body = parseRuleBody(p);
    if (afterVerdict(body.statements)) p.failAt('a statement behind a verdict has no effect: nft refuses the rule', line);
    const statements = !listing || p.lex.unshown === undefined ? body.statements : [...body.statements, hidden(p.lex.unshown)];
    const text = listing ? { line: listedLine(p, start) } : {};
    if (body.statements.length > 0 || body.comment !== undefined)
      chain.rules.splice(at, 0, makeRule({ ...body, statements, ...takeHandle(p), origin, ...text }));
  } catch (error) {
    if (!(error instanceof NotNft)) throw error;
    p.recover(start, line);
    const text = listedLine(p, start);
    complain(error.line, text, error.message, error.cut);
    const unread: Statement = { kind: 'unread', text, message: error.message };
    chain.rules.splice(at, 0, makeRule({ statements: [unread], ...takeHandle(p), origin, errors: [error.message], line: text }));
  }
}

/** What old versions of nft print as a comment: an extension of iptables that they cannot show. */
function hidden(text: string): Statement {
  const [, type, name = ''] = /^# (?:xt_)?(match|target|watcher) ?(\S*)/.exec(text) ?? [];
  const kind = type === 'match' || type === 'watcher' ? type : 'target';
  return { kind: 'xt', type: kind, name, text };
}

/** The body of a chain: hook, policy, devices, rules. */
export function parseChainBlock(context: Context, table: TableDraft, name: string, line: number): ChainDraft {
  const { p } = context;
  const chain = table.chains.get(name) ?? newChain(name, context.origin(line));
  table.chains.set(name, chain);
  const item = (): void => {
    Object.assign(chain, takeHandle(p));
    chainItem(context, table, chain);
  };
  // a rule that is not understood stays as one that cannot be decided: what fails here says where the chain hangs
  block(context, item, () => context.tables.lose());
  Object.assign(chain, takeHandle(p));
  return chain;
}

const NOT_BASE: Omit<NftBase, 'policy'> = { type: 'filter', hook: 'input', priority: 0, devices: [] };

function chainItem(context: Context, table: TableDraft, chain: ChainDraft): void {
  const { p } = context;
  const word = p.peek();
  if (word === 'type') {
    p.lex.next();
    chain.base = { policy: 'accept', ...chain.base, ...parseHook(p, table.family) };
    return endStatement(p);
  }
  if (word === 'policy') {
    p.lex.next();
    chain.base = { ...NOT_BASE, ...chain.base, policy: parsePolicy(p) };
    return endStatement(p);
  }
  if (word === 'comment') {
    p.lex.next();
    chain.comment = p.string('a comment');
    return endStatement(p);
  }
  if (word === 'flags') {
    p.lex.next();
    p.expect('offload');
    return endStatement(p);
  }
  if (word === 'devices') {
    p.lex.next();
    chain.base = { ...NOT_BASE, policy: 'accept', ...chain.base, devices: deviceList(p) };
    return endStatement(p);
  }
  parseRule(context, chain, chain.rules.length);
}

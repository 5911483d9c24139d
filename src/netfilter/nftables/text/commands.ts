import type { NftRule } from '../ast.js';
import type { ChainDraft, TableDraft } from '../draft.js';
import { parseChainBlock, parseRule } from './chain.js';
import { common, endStatement, guarded, separators, type Context } from './context.js';
import { Token } from './lexer.js';
import { parseFlowtable, parseObject } from './object.js';
import { parseSetBlock } from './set.js';
import { addElements, deleteElements } from './element-commands.js';
import { maybeFamily, objectKind, parseTableBlock } from './table.js';

/** @returns the table that a command names, `[family] name`; made where it is not there and `make` says so. */
export function tableOf(context: Context, make: boolean): TableDraft {
  const { p, tables, origin } = context;
  const { line } = p;
  const family = maybeFamily(p) ?? 'ip';
  const name = p.name('the name of a table');
  p.family = family;
  if (make) return tables.at(family, name, origin(line));
  return tables.find(family, name) ?? p.failAt(`no table ${family} ${name} before this line`, line);
}

/** @returns the chain that a command names. */
export function chainOf(context: Context, table: TableDraft): ChainDraft {
  const { p } = context;
  const name = p.name('the name of a chain');
  return table.chains.get(name) ?? p.fail(`no chain “${name}” in table ${table.family} ${table.name} before this line`);
}

/** Where a rule goes: `handle 5`, `position 5`, `index 2`, or the end, or with `insert` the start. */
export function place(context: Context, rules: readonly NftRule[], insert: boolean): number {
  const { p } = context;
  const word = p.peek();
  if (word !== 'handle' && word !== 'position' && word !== 'index') return insert ? 0 : rules.length;
  p.lex.next();
  const number = p.number('a number');
  const at = word === 'index' ? number : rules.findIndex((rule) => rule.handle === number);
  if (at < 0 || at >= rules.length)
    return p.fail(`no rule with ${word} ${number} before this line: what is there when the file is loaded is not known`);
  return insert ? at : at + 1;
}

function rule(context: Context, insert: boolean): void {
  const table = tableOf(context, false);
  const chain = chainOf(context, table);
  parseRule(context, chain, place(context, chain.rules, insert));
  endStatement(context.p);
}

/** `add`, `create`, or no word at all, with what it makes. */
export function addCommand(context: Context): void {
  const { p } = context;
  const { line } = p;
  const word = p.peek();
  switch (word) {
    case 'table': {
      p.lex.next();
      const table = tableOf(context, true);
      if (p.isSign('{')) parseTableBlock(context, table);
      return endStatement(p);
    }
    case 'chain': {
      p.lex.next();
      const table = tableOf(context, false);
      const name = p.name('the name of a chain');
      if (p.isSign('{')) parseChainBlock(context, table, name, line);
      else table.chains.set(name, table.chains.get(name) ?? { name, rules: [], origin: context.origin(line) });
      return endStatement(p);
    }
    case 'set':
    case 'map': {
      p.lex.next();
      const table = tableOf(context, false);
      parseSetBlock(context, table, p.name('the name of a set'), word === 'map', line);
      return endStatement(p);
    }
    case 'element': {
      p.lex.next();
      const table = tableOf(context, false);
      addElements(context, table, p.name('the name of a set'));
      return endStatement(p);
    }
    case 'flowtable': {
      p.lex.next();
      const table = tableOf(context, false);
      parseFlowtable(context, table, p.name('the name of a flowtable'), line);
      return endStatement(p);
    }
    case 'rule':
      p.lex.next();
      return rule(context, false);
    default:
      return addObject(context, line);
  }
}

function addObject(context: Context, line: number): void {
  const { p } = context;
  const kind = objectKind(p);
  if (kind === undefined) return rule(context, false);
  const table = tableOf(context, false);
  parseObject(context, table, kind, p.name('the name of an object'), line);
  endStatement(p);
}

/** `flush ruleset`, `flush table`, `flush chain`, `flush set`. */
function flush(context: Context): void {
  const { p, tables } = context;
  const what = p.word('what to flush');
  if (what === 'ruleset') {
    tables.flush(maybeFamily(p));
    return endStatement(p);
  }
  const table = tableOf(context, true);
  if (what === 'table') for (const chain of table.chains.values()) chain.rules.length = 0;
  else if (what === 'chain') chainOf(context, table).rules.length = 0;
  else if (what === 'set' || what === 'map' || what === 'meter') emptySet(context, table);
  else p.fail(`“flush ${what}” is no command`);
  endStatement(p);
}

function emptySet(context: Context, table: TableDraft): void {
  const name = context.p.name('the name of a set');
  const set = table.sets.get(name);
  if (set !== undefined) table.sets.set(name, { ...set, elements: { kind: 'list', of: [] } });
}

/** `delete` and `destroy` of whole tables, chains and sets, and of elements; of parts that only a loaded rule set numbers it is told. */
function remove(context: Context, mild: boolean): void {
  const { p, tables } = context;
  const what = p.word('what to delete');
  if (what === 'element') {
    const table = tableOf(context, false);
    deleteElements(context, table, p.name('the name of a set'), mild);
    return endStatement(p);
  }
  if (what === 'table') {
    const family = maybeFamily(p) ?? 'ip';
    tables.delete(family, p.name('the name of a table'));
    return endStatement(p);
  }
  const table = tableOf(context, true);
  const name = p.name('a name');
  if (what === 'chain') table.chains.delete(name);
  else if (what === 'set' || what === 'map') table.sets.delete(name);
  else if (what === 'flowtable') table.flowtables.delete(name);
  else if (what === 'rule') {
    p.expect('handle');
    const handle = p.number('a handle');
    const rules = table.chains.get(name)?.rules ?? [];
    const at = rules.findIndex((one) => one.handle === handle);
    if (at < 0) p.fail(`no rule with handle ${handle} before this line: what is there when the file is loaded is not known`);
    rules.splice(at, 1);
  } else p.fail(`“delete ${what}” is not read: take the listing of the loaded rule set`);
  endStatement(p);
}

/** Commands that change nothing. */
const QUIET: ReadonlySet<string> = new Set(['list', 'get', 'monitor', 'describe']);

function command(context: Context): void {
  const { p } = context;
  const word = p.peek();
  switch (word) {
    case 'add':
    case 'create':
      p.lex.next();
      return addCommand(context);
    case 'insert':
      p.lex.next();
      p.expect('rule');
      return rule(context, true);
    case 'flush':
      p.lex.next();
      return flush(context);
    case 'delete':
    case 'destroy':
      p.lex.next();
      return remove(context, word === 'destroy');
    case 'replace':
    case 'rename':
    case 'reset':
    case 'import':
      return p.fail(`“${word}” is not read: take the listing of the loaded rule set`);
    default:
      if (QUIET.has(word)) return p.recover(p.lex.start, p.lex.line);
      return addCommand(context);
  }
}

/** Reads every command of a text, in their order. */
export function parseCommands(context: Context): void {
  const { p } = context;
  for (separators(context); p.lex.kind !== Token.end; separators(context)) {
    const isRead = guarded(context, () => {
      if (!common(context, undefined)) command(context);
    });
    if (!isRead) context.tables.lose();
    // a brace that closes nothing would stay for ever
    if (p.isSign('}')) p.lex.next();
  }
}

import type { NftRule } from '../ast.js';
import type { TableDraft } from '../draft.js';
import { isCalled } from '../jumps.js';
import { parseRule } from './chain.js';
import { addCommand, chainOf, place, tableOf } from './commands.js';
import { endStatement, type Context } from './context.js';
import { deleteElements, insertElements } from './element-commands.js';
import { objectKind } from './table.js';

const ABSENT = 'No such file or directory';
const PRESENT = 'File exists';
const BUSY = 'Device or resource busy';

/** What a table holds by a name, of the kind that a command speaks of. */
function holdingOf(table: TableDraft, what: string): Map<string, unknown> | undefined {
  switch (what) {
    case 'chain':
      return table.chains;
    case 'set':
    case 'map':
      return table.sets;
    case 'flowtable':
      return table.flowtables;
    default:
      return undefined;
  }
}

/** `add` and `create`: the second refuses what is there already; a base chain stays where it hangs. */
function add(context: Context, fresh: boolean): void {
  const { p } = context;
  const word = p.peek();
  if (word === 'element') {
    p.lex.next();
    const table = tableOf(context, false);
    insertElements(context, table, p.word('the name of a set'), fresh);
    return endStatement(p);
  }
  const before = peekNamed(context, word);
  if (fresh && before !== undefined) p.fail(`${PRESENT}: ${before.what} is there already`);
  const base = before?.base;
  addCommand(context);
  const now = before?.table.chains.get(before.name)?.base;
  if (base === undefined || now === undefined) return;
  if (base.hook !== now.hook || base.type !== now.type || base.priority !== now.priority)
    p.fail(`Operation not supported: ${before?.what ?? ''} hangs at ${base.hook}, priority ${base.priority}, already`);
}

interface Named {
  readonly table: TableDraft;
  readonly name: string;
  readonly what: string;
  readonly base?: { readonly hook: string; readonly type: string; readonly priority: number };
}

/** What a command is going to name, where that is there; the words are read again by who adds it. */
function peekNamed(context: Context, word: string): Named | undefined {
  const { p } = context;
  const { start, line } = p.lex;
  try {
    if (word !== 'table' && word !== 'chain' && word !== 'set' && word !== 'map' && word !== 'flowtable') return undefined;
    p.lex.next();
    if (word === 'table') {
      const found = tableThere(context);
      return found && { table: found, name: '', what: `table ${found.family} ${found.name}` };
    }
    const table = tableOf(context, false);
    const name = p.word('a name');
    if (holdingOf(table, word)?.has(name) !== true) return undefined;
    const base = table.chains.get(name)?.base;
    const what = `${word} ${table.family} ${table.name} ${name}`;
    return { table, name, what, ...(word === 'chain' && base !== undefined && { base: { ...base } }) };
  } finally {
    p.lex.reset(start, line);
  }
}

function tableThere(context: Context): TableDraft | undefined {
  const { tables } = context;
  const known = new Set(tables.all());
  const table = tableOf(context, true);
  if (known.has(table)) return table;
  tables.delete(table.family, table.name);
  return undefined;
}

function ruleAt(context: Context, rules: readonly NftRule[]): number {
  const { p } = context;
  p.expect('handle');
  const handle = p.number('a handle');
  const at = rules.findIndex((rule) => rule.handle === handle);
  return at < 0 ? p.fail(`${ABSENT}: no rule of the chain has handle ${handle}; nft -a list ruleset shows them`) : at;
}

function insertRule(context: Context): void {
  context.p.expect('rule');
  const table = tableOf(context, false);
  const chain = chainOf(context, table);
  parseRule(context, chain, place(context, chain.rules, true));
  endStatement(context.p);
}

function replaceRule(context: Context): void {
  const { p } = context;
  p.expect('rule');
  const chain = chainOf(context, tableOf(context, false));
  const at = ruleAt(context, chain.rules);
  parseRule(context, chain, at);
  chain.rules.splice(at + 1, 1);
  endStatement(p);
}

function rename(context: Context): void {
  const { p } = context;
  p.expect('chain');
  const table = tableOf(context, false);
  const chain = chainOf(context, table);
  const name = p.word('a name');
  if (table.chains.has(name)) p.fail(`${PRESENT}: chain ${name}`);
  if (isCalled(table, chain.name))
    p.fail(`chain ${chain.name} is led to by its name: rename it in a file of all rules, and compare the two snapshots`);
  table.chains.delete(chain.name);
  table.chains.set(name, { ...chain, name });
  endStatement(p);
}

/** `delete` and `destroy`: the second does not mind what is not there. */
function remove(context: Context, mild: boolean): void {
  const { p, tables } = context;
  const what = p.peek();
  if (what === 'table') {
    p.lex.next();
    const table = tableThere(context);
    if (table !== undefined) tables.delete(table.family, table.name);
    else if (!mild) p.fail(`${ABSENT}: no such table`);
    return endStatement(p);
  }
  const object = objectKind(p);
  if (object === undefined) p.lex.next();
  const table = tableOf(context, false);
  if (what === 'rule') {
    const chain = chainOf(context, table);
    chain.rules.splice(ruleAt(context, chain.rules), 1);
    return endStatement(p);
  }
  const name = p.word('a name');
  if (what === 'element') {
    deleteElements(context, table, name, mild);
    return endStatement(p);
  }
  const key = object === undefined ? name : `${object} ${name}`;
  const holding = object === undefined ? holdingOf(table, what) : table.objects;
  if (holding === undefined) return p.fail(`“delete ${what}” is no command of nft`);
  if (!holding.has(key) && !mild) p.fail(`${ABSENT}: table ${table.family} ${table.name} has no ${object ?? what} ${name}`);
  if (what === 'chain' && isCalled(table, name)) p.fail(`${BUSY}: a rule or a map leads to chain ${name}`);
  if ((what === 'set' || what === 'map') && isLookedUp(table, name)) p.fail(`${BUSY}: a rule looks up ${what} ${name}`);
  holding.delete(key);
  endStatement(p);
}

/** Whether a rule names a set: its text does, as nft prints it. */
function isLookedUp(table: TableDraft, name: string): boolean {
  return [...table.chains.values()].some(({ rules }) => rules.some(({ text }) => text.split(/[^\w@./-]+/).includes(`@${name}`)));
}

function flush(context: Context): void {
  const { p, tables } = context;
  const what = p.word('what to flush');
  if (what === 'ruleset') {
    const family = p.atEnd() ? undefined : tableFamily(context);
    tables.flush(family);
    return endStatement(p);
  }
  if (what === 'table') {
    const table = tableThere(context) ?? p.fail(`${ABSENT}: no such table`);
    for (const chain of table.chains.values()) chain.rules.length = 0;
    return endStatement(p);
  }
  const table = tableOf(context, false);
  if (what === 'chain') chainOf(context, table).rules.length = 0;
  else if (what === 'set' || what === 'map') {
    const name = p.word('the name of a set');
    const set = table.sets.get(name) ?? p.fail(`${ABSENT}: no ${what} ${name}`);
    table.sets.set(name, { ...set, elements: { kind: 'list', of: [] } });
  } else p.fail(`“flush ${what}” is no command that changes what packets meet`);
  endStatement(p);
}

const FAMILIES = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] as const;

function tableFamily({ p }: Context): (typeof FAMILIES)[number] {
  const word = p.word('a family');
  return FAMILIES.find((family) => family === word) ?? p.fail(`“${word}” is no family`);
}

/** Reads one command and does to the tables what the kernel would (nf_tables_newrule, nf_tables_delrule …); what it would refuse is a NotNft. */
export function editCommand(context: Context): void {
  const { p } = context;
  const word = p.peek();
  if (!['add', 'create', 'insert', 'replace', 'delete', 'destroy', 'flush', 'rename'].includes(word))
    p.fail(`it begins with add, create, insert, replace, delete, destroy, flush or rename, not with ${p.here()}`);
  p.lex.next();
  switch (word) {
    case 'insert':
      return insertRule(context);
    case 'replace':
      return replaceRule(context);
    case 'delete':
    case 'destroy':
      return remove(context, word === 'destroy');
    case 'flush':
      return flush(context);
    case 'rename':
      return rename(context);
    default:
      return add(context, word === 'create');
  }
}

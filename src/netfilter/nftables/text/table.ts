import type { NftFamily, ObjectKind } from '../ast.js';
import type { TableDraft } from '../draft.js';
import { parseChainBlock } from './chain.js';
import { block, endStatement, takeHandle, type Context } from './context.js';
import { parseFlowtable, parseObject } from './object.js';
import type { Parser } from './parser.js';
import { parseSetBlock } from './set.js';

const FAMILIES: readonly NftFamily[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];

/** The family that is named here, where one is. */
export function maybeFamily(p: Parser): NftFamily | undefined {
  const family = FAMILIES.find((one) => p.isWord(one));
  if (family !== undefined) p.lex.next();
  return family;
}

const OBJECTS: ReadonlySet<string> = new Set(['counter', 'quota', 'limit', 'secmark', 'synproxy']);

/** The kind of object that is named here: `counter`, `ct helper`. */
export function objectKind(p: Parser): ObjectKind | undefined {
  const word = p.peek();
  if (OBJECTS.has(word)) {
    p.lex.next();
    // one of the words of OBJECTS
    return word as ObjectKind;
  }
  if (word !== 'ct') return undefined;
  p.lex.next();
  const kind = p.word('helper, timeout or expectation');
  if (kind !== 'helper' && kind !== 'timeout' && kind !== 'expectation') return p.fail(`ct “${kind}” is no object`);
  return `ct ${kind}`;
}

function tableFlags(p: Parser, table: TableDraft): void {
  do {
    const flag = p.word('a flag of a table');
    if (flag === 'dormant') table.dormant = true;
    else if (flag === 'owner') table.owner = true;
    else if (flag === 'persist') table.persist = true;
    else p.fail(`unknown table option “${flag}”`);
  } while (p.take(','));
}

function tableItem(context: Context, table: TableDraft): void {
  const { p } = context;
  const { line } = p;
  const word = p.peek();
  switch (word) {
    case 'flags':
      p.lex.next();
      tableFlags(p, table);
      return endStatement(p);
    case 'comment':
      p.lex.next();
      table.comment = p.string('a comment');
      return endStatement(p);
    case 'chain':
      p.lex.next();
      parseChainBlock(context, table, p.name('the name of a chain'), line);
      return endStatement(p);
    case 'set':
    case 'map':
      p.lex.next();
      parseSetBlock(context, table, p.name('the name of a set'), word === 'map', line);
      return endStatement(p);
    case 'flowtable':
      p.lex.next();
      parseFlowtable(context, table, p.name('the name of a flowtable'), line);
      return endStatement(p);
    default: {
      const kind = objectKind(p) ?? p.fail(`unexpected ${p.here()} in a table`);
      parseObject(context, table, kind, p.name('the name of an object'), line);
      return endStatement(p);
    }
  }
}

/** Parts of a table that hang in no hook: one that was not understood leaves what names it undecided, and nothing else. */
const HANGS_NOWHERE: ReadonlySet<string> = new Set([...OBJECTS, 'ct', 'set', 'map', 'flowtable', 'comment']);

/** The body of a table. */
export function parseTableBlock(context: Context, table: TableDraft): void {
  const { p } = context;
  const outer = p.family;
  p.family = table.family;
  try {
    const item = (): void => {
      Object.assign(table, takeHandle(p));
      tableItem(context, table);
    };
    block(context, item, (word) => {
      if (!HANGS_NOWHERE.has(word)) context.tables.lose();
    });
  } finally {
    p.family = outer;
  }
  Object.assign(table, takeHandle(p));
}

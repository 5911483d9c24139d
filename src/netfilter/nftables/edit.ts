import type { Origin } from '../../model/origin.js';
import type { NftRuleset, NftTable } from './ast.js';
import { faultsOf } from './check.js';
import { Tables, type TableDraft } from './draft.js';
import { jumpFault } from './jumps.js';
import { GRAMMAR } from './statements/statement.js';
import { editCommand } from './text/edits.js';
import { separators, type Context } from './text/context.js';
import { Token } from './text/lexer.js';
import { NotNft, Parser } from './text/parser.js';

/** A command that nft or the kernel refuses: why, in their words where they have any. */
export class NftRefusal extends Error {
  override readonly name = 'NftRefusal';
}

/** A table to write on: the rules themselves are shared, what holds them is not. */
function draftOf(table: NftTable): TableDraft {
  const chains = new Map([...table.chains].map(([name, chain]) => [name, { ...chain, rules: [...chain.rules] }]));
  return { ...table, chains, sets: new Map(table.sets), flowtables: new Map(table.flowtables), objects: new Map(table.objects) };
}

/** What a rule set is refused for, each as one text. */
function faults(table: NftTable): readonly string[] {
  const jumps = jumpFault(table);
  return [...faultsOf(table).map(({ message, text }) => `${message} (${text})`), ...(jumps === undefined ? [] : [jumps])];
}

/**
 * Applies commands of nft to a rule set that is loaded, all of them or none (nft_netlink). Pure: the rule set given is not changed.
 * @param text what is on nft's command line: `add rule inet mine fwd drop`; several with `;` between them.
 * @param origin where new rules say they come from.
 * @throws NftRefusal where nft or the kernel would refuse it.
 */
export function editNft(ruleset: NftRuleset, text: string, origin: Origin): NftRuleset {
  const tables = new Tables(ruleset.tables.map(draftOf));
  try {
    const p = new Parser(text, GRAMMAR);
    p.lex.reset(0, origin.line);
    const complain = (_line: number, _text: string, message: string): never => {
      throw new NftRefusal(message);
    };
    const context: Context = { p, tables, complain, origin: () => origin, listing: false };
    for (separators(context); p.lex.kind !== Token.end; separators(context)) editCommand(context);
  } catch (error) {
    if (error instanceof NotNft) throw new NftRefusal(error.message);
    throw error;
  }
  const before = new Set(ruleset.tables.flatMap(faults));
  const fault = tables
    .all()
    .flatMap(faults)
    .find((one) => !before.has(one));
  if (fault !== undefined) throw new NftRefusal(fault);
  return { ...ruleset, tables: tables.all() };
}

import type { NftRuleset } from './ast.js';
import { faultsOf } from './check.js';
import { Tables } from './draft.js';
import { GRAMMAR } from './statements/statement.js';
import { parseCommands } from './text/commands.js';
import type { Complain } from './text/context.js';
import { Parser } from './text/parser.js';

/** How a text is to be understood. */
export interface TextOptions {
  readonly file: string;
  /** It is what a command listed of everything, so that what it does not name is not there. */
  readonly whole: boolean;
  readonly complain: Complain;
}

/** What only people write: commands, definitions, variables. A rule of a listing may open with `add @set`. */
const WRITTEN =
  /^[ \t]*(?:(?:add|create|insert|flush|delete|destroy|replace) [a-z]|(?:define|redefine|undefine|include)[ \t])|= \$|[ {]\$[a-z]/im;
const LISTED = /^table [a-z\d]+ \S+ \{(?: # [^\n]*)?\r?$/m;

/** @returns whether a text is nft's own listing, whose lines are as nft prints them. */
export function isListing(text: string): boolean {
  return LISTED.test(text) && !text.startsWith('#!') && !WRITTEN.test(text);
}

/**
 * Reads `nft [-a] list ruleset`, `nft list table …`, and files as people write them.
 * @returns the rule set; what could not be read is complained of, and leaves rules that cannot be decided.
 */
export function readNftText(text: string, { file, whole, complain }: TextOptions): NftRuleset {
  const tables = new Tables();
  const listing = isListing(text);
  const p = new Parser(text, GRAMMAR);
  p.listing = listing;
  const context = { p, tables, complain, origin: (line: number) => ({ file, line }), listing };
  parseCommands(context);
  if (listing) tables.lackRules(false);
  // what a kernel listed it had taken; a part of a listing may lack what its rules name
  if (!listing && whole)
    for (const table of tables.all())
      for (const { line, text: rule, message } of faultsOf(table)) complain(line, rule, `${message}: nft refuses the file`);
  return { tables: tables.all(), incomplete: !whole, ...tables.unread, file };
}

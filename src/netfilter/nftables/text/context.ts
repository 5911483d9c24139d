import type { Origin } from '../../../model/origin.js';
import type { Tables } from '../draft.js';
import { findDefinition, NotNft, type Parser, type Scope } from './parser.js';
import { Token } from './lexer.js';

/** Tells of what could not be read: its line, its text and what is wrong, for a person; `cut` where the text ends before its end. */
export type Complain = (line: number, text: string, message: string, cut?: boolean) => void;

/** What the readers of blocks and commands share. */
export interface Context {
  readonly p: Parser;
  readonly tables: Tables;
  readonly complain: Complain;
  readonly origin: (line: number) => Origin;
  /** The text is nft's own listing: its lines are what nft prints. */
  readonly listing: boolean;
}

/** Steps over line ends and semicolons. @returns whether there were any. */
export function separators({ p }: Context): boolean {
  const { start } = p.lex;
  while (p.lex.kind === Token.newline || p.isSign(';')) p.lex.next();
  return p.lex.start !== start;
}

/** Ends a statement: a line end, a semicolon, or the block's end. */
export function endStatement(p: Parser): void {
  if (!p.atEnd()) p.fail(`unexpected ${p.here()}`);
  if (p.isSign(';')) p.lex.next();
}

/** The text from a token on to the end of its line. */
function lineFrom(p: Parser, start: number): string {
  const end = p.text.indexOf('\n', start);
  return p.text.slice(start, end < 0 ? undefined : end);
}

/** Reads one statement; what stops it is told, and the statement passed over. @returns whether it was read. */
export function guarded(context: Context, read: () => void): boolean {
  const { p, complain } = context;
  const { start, line } = p.lex;
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof NotNft)) throw error;
    complain(error.line, lineFrom(p, start), error.message, error.cut);
    p.recover(start, line);
    // a sign that ends nothing would stay for ever
    if (p.lex.start === start && !p.isSign('}')) p.lex.next();
    return false;
  }
}

/** `define`, `redefine`, `undefine` and `include`. @returns whether it was one of them. */
export function common(context: Context, floor: Scope | undefined): boolean {
  const { p, complain, tables } = context;
  const word = p.peek();
  if (word === 'include') {
    const { line } = p;
    p.lex.next();
    const file = p.string('the name of a file');
    tables.lose();
    complain(
      line,
      `include "${file}"`,
      'this file is not read: it may hold more rules; add what it holds, or take the listing of the loaded rule set',
    );
    endStatement(p);
    return true;
  }
  if (word !== 'define' && word !== 'redefine' && word !== 'undefine') return false;
  p.lex.next();
  const { line } = p;
  const name = p.name('a name');
  if (word === 'undefine') undefine(p, name, line);
  else define(p, name, line, word === 'define' ? floor : undefined, word === 'redefine');
  endStatement(p);
  return true;
}

function undefine(p: Parser, name: string, line: number): void {
  if (findDefinition(p.scope, name) === undefined) p.failAt(`undefined symbol “${name}”`, line);
  p.scope = { name, definition: undefined, outer: p.scope };
}

function define(p: Parser, name: string, line: number, floor: Scope | undefined, again: boolean): void {
  if (!again && findDefinition(p.scope, name, floor) !== undefined) p.failAt(`redefinition of symbol “${name}”`, line);
  p.expect('=');
  const { start, line: at } = p.lex;
  if (p.atEnd()) p.fail(`“${name}” is defined as nothing`);
  skipValue(p);
  p.scope = { name, definition: { start, end: p.lex.start, line: at }, outer: p.scope };
}

/** Steps over a value: to the end of the line, past what stands in braces. */
function skipValue(p: Parser): void {
  let open = 0;
  for (; p.lex.kind !== Token.end; p.lex.next()) {
    if (open === 0 && p.atEnd()) return;
    if (p.isSign('{')) open++;
    else if (p.isSign('}')) open--;
  }
  if (open > 0) p.fail('a brace that nothing closes: the text was cut');
}

/** `{ … }` whose statements `item` reads; definitions within end with it. @param failed told the first word of what could not be read. */
export function block(context: Context, item: () => void, failed: (word: string) => void = () => undefined): void {
  const { p } = context;
  p.expect('{');
  const outer = p.scope;
  try {
    for (separators(context); !p.isSign('}'); separators(context)) {
      if (p.lex.kind === Token.end) p.failCut('this block');
      const word = p.peek();
      const isRead = guarded(context, () => {
        if (!common(context, outer)) item();
      });
      if (!isRead) failed(word);
    }
  } finally {
    p.scope = outer;
  }
  p.lex.next();
}

/** The handle that a listing wrote behind the token at hand; asked for once. */
export function takeHandle(p: Parser): { readonly handle?: number } {
  const { handle } = p.lex;
  p.lex.handle = undefined;
  return handle === undefined ? {} : { handle };
}

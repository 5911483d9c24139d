import type { Expression, NftFamily, Statement } from '../ast.js';
import type { ValueTypes } from '../types/data-types.js';
import { Lexer, Token } from './lexer.js';

/** What stops the reading of a statement: what is wrong with it, for a person. */
export class NotNft extends Error {
  constructor(
    message: string,
    readonly line: number,
    /** The text ends before its end. */
    readonly cut = false,
  ) {
    super(message);
  }
}

/** Where the value of `$name` stands: its words are read again in each place that uses it. */
interface Definition {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** What is defined at some point of the text: the last definition, and those before it. */
export interface Scope {
  readonly name: string;
  /** Absent where `undefine` ended it. */
  readonly definition: Definition | undefined;
  readonly outer: Scope | undefined;
}

/** @returns the definition that holds, with what was defined before it; searched down to `floor`. */
export function findDefinition(scope: Scope | undefined, name: string, floor?: Scope): Scope | undefined {
  for (let at = scope; at !== undefined && at !== floor; at = at.outer)
    if (at.name === name) return at.definition === undefined ? undefined : at;
  return undefined;
}

/** The parts of the grammar that need each other. */
export interface Grammar {
  /** The left-hand side of a comparison: fields, operators, concatenations. */
  readonly left: (p: Parser) => Expression;
  /** Constants, sets and references on the right-hand side. */
  readonly right: (p: Parser, types: ValueTypes) => Expression;
  /** A value to set: constants, fields, maps. */
  readonly value: (p: Parser, types: ValueTypes) => Expression;
  readonly statement: (p: Parser) => Statement;
}

const DEEPEST = 60;
/** NFT_NAME_MAXLEN is 256, with the byte that ends it; nft's words are ASCII. */
const LONGEST_NAME = 255;
/** `string` of nft's scanner.l. */
const NAME = /^[a-z_][\w./-]*$/i;

/** The tokens of a text, with what every part of the grammar needs of them. */
export class Parser {
  lex: Lexer;
  scope: Scope | undefined;
  /** Family of the table at hand. */
  family: NftFamily = 'ip';
  /** The text is nft's own listing. */
  listing = false;
  /** A range may be written the wrong way round: so a listing shows two comparisons (`turnedRange`). */
  mayTurn = false;
  private depth = 0;

  constructor(
    readonly text: string,
    readonly grammar: Grammar,
    line = 1,
  ) {
    this.lex = new Lexer(text, 0, line);
    this.lex.next();
  }

  get line(): number {
    return this.lex.line;
  }

  fail(message: string): never {
    throw new NotNft(message, this.lex.line);
  }

  failAt(message: string, line: number): never {
    throw new NotNft(message, line);
  }

  /** The text ends inside something that it opened. */
  failCut(what: string): never {
    throw new NotNft(`the file ends inside ${what}: it was cut, more may have followed`, this.lex.line, true);
  }

  /** What stands here, quoted for a message. */
  here(): string {
    const { kind, value } = this.lex;
    if (kind === Token.end) return 'the end';
    return kind === Token.newline ? 'the end of the line' : `“${value.length > 40 ? `${value.slice(0, 40)}…` : value}”`;
  }

  /** @returns the bare word at hand, the empty text where there is none. */
  peek(): string {
    return this.lex.kind === Token.word ? this.lex.value : '';
  }

  isSign(sign: string): boolean {
    const { lex } = this;
    return lex.kind === Token.sign && lex.end - lex.start === sign.length && lex.text.startsWith(sign, lex.start);
  }

  isWord(word: string): boolean {
    const { lex } = this;
    return lex.kind === Token.word && lex.end - lex.start === word.length && lex.text.startsWith(word, lex.start);
  }

  /** Steps over a sign or word where it stands here. */
  take(what: string): boolean {
    if (!this.isSign(what) && !this.isWord(what)) return false;
    this.lex.next();
    return true;
  }

  expect(what: string): void {
    if (!this.take(what)) this.fail(`expected “${what}”, found ${this.here()}`);
  }

  /** @returns the bare word at hand, and steps over it. */
  word(what: string): string {
    if (this.lex.kind !== Token.word) this.fail(`expected ${what}, found ${this.here()}`);
    const { value } = this.lex;
    this.lex.next();
    return value;
  }

  /** @returns the name at hand of a table, chain, set or object, and steps over it (`identifier` of nft's grammar: no number, address or pattern). */
  name(what: string): string {
    const name = this.word(what);
    if (name.length > LONGEST_NAME) this.fail(`${what} is longer than ${LONGEST_NAME} bytes: no kernel takes it`);
    return NAME.test(name) ? name : this.fail(`expected ${what}, found “${name}”`);
  }

  /** A word, quoted or not. */
  string(what: string): string {
    if (this.lex.kind !== Token.quoted) return this.word(what);
    if (this.lex.text.charCodeAt(this.lex.end - 1) !== 34 || this.lex.end - this.lex.start < 2) this.fail('a quote that nothing closes');
    const { value } = this.lex;
    this.lex.next();
    return value;
  }

  number(what: string): number {
    const text = this.resolved(what);
    if (!/^(?:0x[0-9a-f]{1,13}|\d{1,15})$/i.test(text)) this.fail(`expected ${what}, a number, found “${text}”`);
    return Number(text);
  }

  /** A word, or what a variable that is one word stands for. */
  resolved(what: string): string {
    return this.isSign('$') ? this.variable((inner) => inner.string(what)) : this.string(what);
  }

  /** Steps over line ends. */
  newlines(): void {
    while (this.lex.kind === Token.newline) this.lex.next();
  }

  /** Whether a statement ends here. */
  atEnd(): boolean {
    const { kind } = this.lex;
    return kind === Token.newline || kind === Token.end || this.isSign(';') || this.isSign('}');
  }

  /** Reads with `read` what `$name` stands for, whole. */
  variable<T>(read: (p: Parser) => T): T {
    this.expect('$');
    const { line } = this;
    const name = this.word('the name of a variable');
    const found = findDefinition(this.scope, name);
    if (found?.definition === undefined) throw new NotNft(`unknown identifier “${name}”: nothing defines it before this line`, line);
    const { lex, scope } = this;
    const { start, end, line: at } = found.definition;
    return this.nested(() => {
      this.lex = new Lexer(this.text, start, at, end);
      this.scope = found.outer;
      this.lex.next();
      try {
        const value = read(this);
        if (this.lex.kind !== Token.end)
          throw new NotNft(`“$${name}” cannot stand here: unexpected ${this.here()} in its definition`, line);
        return value;
      } finally {
        this.lex = lex;
        this.scope = scope;
      }
    });
  }

  /** Runs `read` one level deeper; a text that nests without end is no rule set. */
  nested<T>(read: () => T): T {
    if (++this.depth > DEEPEST) this.fail('too many levels of nesting');
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  /** After what could not be read: steps from the statement's first token to its end, past blocks that it opens. */
  recover(start: number, line: number): void {
    this.lex.reset(start, line);
    let open = 0;
    for (; this.lex.kind !== Token.end; this.lex.next()) {
      if (this.isSign('{')) open++;
      else if (this.isSign('}') && open-- === 0) return;
      else if (open <= 0 && (this.lex.kind === Token.newline || this.isSign(';'))) return;
    }
  }
}

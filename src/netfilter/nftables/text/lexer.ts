/** Kinds of tokens of nft's language (scanner.l). A word is a name, number, address or time: which, says its place. */
export const Token = { end: 0, newline: 1, word: 2, quoted: 3, sign: 4 } as const;
export type TokenKind = (typeof Token)[keyof typeof Token];

const NEWLINE = 10;
const QUOTE = 34;
const HASH = 35;
const STAR = 42;
const DOT = 46;
const COLON = 58;
const BACKSLASH = 92;

/** What may follow the first character of a word that opens with a digit, and of one that opens with a letter. */
const IN_NUMBER = 1;
const IN_NAME = 2;
const OPENS_NAME = 4;
const DIGIT = 8;
const HEX = 16;

const CLASS = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const char = String.fromCharCode(c);
  if (/[\w.]/.test(char)) CLASS[c]! |= IN_NUMBER | IN_NAME;
  if (char === '-' || char === '/') CLASS[c]! |= IN_NAME;
  if (/[a-z_]/i.test(char)) CLASS[c]! |= OPENS_NAME;
  if (/\d/.test(char)) CLASS[c]! |= DIGIT;
  if (/[0-9a-f]/i.test(char)) CLASS[c]! |= HEX;
}

const UNSHOWN = /^# (?:xt_)?(?:match|target|watcher)\b/;
const HANDLE = /# handle (\d+)[ \t]*$/;
const TWO: ReadonlySet<string> = new Set(['==', '!=', '<=', '>=', '<<', '>>']);

/** Reads tokens one at a time; nothing is kept but the one at hand. */
export class Lexer {
  kind: TokenKind = Token.newline;
  start = 0;
  end = 0;
  line = 1;
  /** The handle that a listing with `-a` wrote behind what was read last, and its line. */
  handle: number | undefined;
  /** The comment by which an old nft tells of an extension of iptables that it cannot show. */
  unshown: string | undefined;
  private at: number;
  private nextLine: number;

  constructor(
    readonly text: string,
    from = 0,
    line = 1,
    private readonly until = text.length,
  ) {
    this.at = from;
    this.nextLine = line;
    if (from === 0 && text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  /** The characters of the token at hand; of a quoted one, what stands between the quotes. */
  get value(): string {
    return this.kind === Token.quoted ? this.text.slice(this.start + 1, this.end - 1) : this.text.slice(this.start, this.end);
  }

  /** Returns to a token that was at hand before. */
  reset(start: number, line: number): void {
    this.at = start;
    this.nextLine = line;
    this.next();
  }

  next(): void {
    this.skip();
    this.start = this.at;
    this.line = this.nextLine;
    if (this.at >= this.until) {
      this.kind = Token.end;
      this.end = this.at;
      return;
    }
    const c = this.text.charCodeAt(this.at);
    const kind = c < 128 ? CLASS[c]! : 0;
    if (c === NEWLINE) this.newline();
    else if (c === QUOTE) this.quoted();
    else if ((kind & DIGIT) !== 0) this.word(IN_NUMBER);
    else if ((kind & OPENS_NAME) !== 0) this.word(IN_NAME);
    else this.sign(c);
    this.end = this.at;
  }

  private newline(): void {
    this.kind = Token.newline;
    this.at++;
    this.nextLine++;
  }

  /** Blanks, comments and escaped line ends. */
  private skip(): void {
    for (; this.at < this.until; this.at++) {
      const c = this.text.charCodeAt(this.at);
      if (c === HASH) this.comment();
      else if (c === BACKSLASH && this.text.charCodeAt(this.at + 1) === NEWLINE) {
        this.at++;
        this.nextLine++;
      } else if (c !== 32 && c !== 9 && c !== 13) return;
    }
  }

  private comment(): void {
    const newline = this.text.indexOf('\n', this.at);
    const end = newline < 0 ? this.until : newline;
    if (this.text.startsWith('# handle ', this.at)) {
      const found = HANDLE.exec(this.text.slice(this.at, Math.min(end, this.at + 40)).trimEnd())?.[1];
      if (found !== undefined) this.handle = Number(found);
    } else if (UNSHOWN.test(this.text.slice(this.at, this.at + 20))) this.unshown = this.text.slice(this.at, end).trimEnd();
    this.at = end - 1;
  }

  private quoted(): void {
    this.kind = Token.quoted;
    const close = this.text.indexOf('"', this.at + 1);
    const end = close < 0 ? this.until : close + 1;
    for (let i = this.text.indexOf('\n', this.at); i >= 0 && i < end; i = this.text.indexOf('\n', i + 1)) this.nextLine++;
    this.at = end;
  }

  private word(within: number): void {
    this.kind = Token.word;
    const { text, start } = this;
    let at = start + 1;
    for (; at < this.until; at++) {
      const c = text.charCodeAt(at);
      if (c > 127 || (CLASS[c]! & within) === 0) break;
    }
    const next = text.charCodeAt(at);
    if (next === COLON && at - start <= 4 && (CLASS[text.charCodeAt(start)]! & HEX) !== 0) at = this.colonAddress(at);
    else if (within === IN_NAME && (next === STAR || next === BACKSLASH)) at = this.wildcard(at);
    this.at = at;
  }

  /** `eth*`, `eth\*`. */
  private wildcard(at: number): number {
    let end = at;
    while (this.text.charCodeAt(end) === BACKSLASH && this.text.charCodeAt(end + 1) === STAR) end += 2;
    if (this.text.charCodeAt(end) === STAR) end++;
    return end;
  }

  /** An IPv6 or Ethernet address: hexadecimal groups with at least two colons between them. */
  private colonAddress(otherwise: number): number {
    let end = this.start;
    let colons = 0;
    for (; end < this.until; end++) {
      const c = this.text.charCodeAt(end);
      if (c === COLON) colons++;
      else if (c !== DOT && (c > 127 || (CLASS[c]! & HEX) === 0)) break;
    }
    // `::1: accept`: the last colon is not the address's
    if (colons > 2 && this.text.charCodeAt(end - 1) === COLON && this.text.charCodeAt(end - 2) !== COLON) end--;
    return colons < 2 ? otherwise : end;
  }

  private sign(c: number): void {
    if (c === COLON && this.text.charCodeAt(this.at + 1) === COLON) {
      this.kind = Token.word;
      this.at = this.colonAddress(this.at + 2);
      return;
    }
    this.kind = Token.sign;
    const length = TWO.has(this.text.slice(this.at, this.at + 2)) ? 2 : 1;
    this.at += length;
  }
}

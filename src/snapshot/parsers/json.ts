import { SnapshotError } from '../error.js';

interface Span {
  /** Line of the value's first character, counted from 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** A JSON value that remembers where it stood. Members are a Map: `__proto__` is a name like any other. */
export type JsonNode = Span &
  (
    | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

const NO_MEMBERS: ReadonlyMap<string, JsonNode> = new Map();
const DEEPEST = 200;
/** In one item of a list, or in a text that is no list: docker inspect of a network with 10,000 containers holds some 60,000. */
const MOST_VALUES = 120_000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class Scanner {
  private at = 0;
  private line = 1;
  /** Values read of the item at hand, which is in memory whole. */
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  document(): JsonNode {
    const node = this.value(0);
    this.end();
    return node;
  }

  /** The items of a list, or of the lists that are members `within` of an object, or whatever else it is as its only item; none is kept. */
  *list(within?: string): Generator<JsonNode, void> {
    this.space();
    if (this.text[this.at] === '[') yield* this.eachItem();
    else if (within === undefined || this.text[this.at] !== '{') yield this.value(0);
    else yield* this.itemsWithin(within);
    this.end();
  }

  private *eachItem(): Generator<JsonNode, void> {
    for (const item of this.items(0)) {
      yield item;
      this.values = 0;
    }
  }

  private *itemsWithin(wanted: string): Generator<JsonNode, void> {
    this.at++;
    this.space();
    for (let first = true; this.text[this.at] !== '}'; first = false) {
      if (!first) this.expect(',');
      const name = this.name();
      this.space();
      if (name === wanted && this.text[this.at] === '[') yield* this.eachItem();
      else if (name === wanted) yield this.value(1);
      else this.value(1);
      this.space();
    }
    this.at++;
  }

  private end(): void {
    this.space();
    if (this.at < this.text.length) this.fail(`unexpected ${this.here()} after the end of the JSON text`);
  }

  private fail(what: string): never {
    throw new SnapshotError(`not valid JSON: ${what}`, this.file, this.line, 'Take the listing again; the file may have been cut');
  }

  private tooMany(): never {
    const what = `more than ${MOST_VALUES} values in one item: no command lists as many`;
    throw new SnapshotError(what, this.file, this.line, 'Take the listing again; the file may be another');
  }

  private here(): string {
    return this.at < this.text.length ? JSON.stringify(this.text[this.at]) : 'end of file';
  }

  private space(): void {
    for (; this.at < this.text.length; this.at++) {
      const c = this.text.charCodeAt(this.at);
      if (c === 10) this.line++;
      else if (c !== 32 && c !== 9 && c !== 13) return;
    }
  }

  private value(depth: number): JsonNode {
    if (depth > DEEPEST) this.fail(`nested deeper than ${DEEPEST} levels`);
    if (++this.values > MOST_VALUES) this.tooMany();
    this.space();
    const { line, at: start } = this;
    const c = this.text[this.at];
    if (c === '{') {
      const members = this.object(depth);
      return { kind: 'object', members, line, start, end: this.at };
    }
    if (c === '[') {
      const items = this.array(depth);
      return { kind: 'array', items, line, start, end: this.at };
    }
    if (c === '"') {
      const value = this.string();
      return { kind: 'string', value, line, start, end: this.at };
    }
    return this.scalar(line, start);
  }

  private scalar(line: number, start: number): JsonNode {
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (!this.text.startsWith(word, start)) continue;
      this.at += word.length;
      return value === null ? { kind: 'null', line, start, end: this.at } : { kind: 'boolean', value, line, start, end: this.at };
    }
    NUMBER.lastIndex = start;
    const found = NUMBER.exec(this.text)?.[0];
    if (found === undefined) this.fail(`unexpected ${this.here()}`);
    this.at += found.length;
    return { kind: 'number', value: Number(found), line, start, end: this.at };
  }

  private object(depth: number): ReadonlyMap<string, JsonNode> {
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return NO_MEMBERS;
    }
    const members = new Map<string, JsonNode>();
    while (this.text[this.at] !== '}') {
      if (members.size > 0) this.expect(',');
      members.set(this.name(), this.value(depth + 1));
      this.space();
    }
    this.at++;
    return members;
  }

  /** A member's name with its colon. */
  private name(): string {
    this.space();
    if (this.text[this.at] !== '"') this.fail(`expected a name, found ${this.here()}`);
    const name = this.string();
    this.space();
    this.expect(':');
    return name;
  }

  private array(depth: number): readonly JsonNode[] {
    return [...this.items(depth)];
  }

  private *items(depth: number): Generator<JsonNode, void> {
    this.at++;
    this.space();
    for (let first = true; this.text[this.at] !== ']'; first = false) {
      if (!first) this.expect(',');
      yield this.value(depth + 1);
      this.space();
    }
    this.at++;
  }

  private expect(c: string): void {
    if (this.text[this.at] !== c) this.fail(`expected ${JSON.stringify(c)}, found ${this.here()}`);
    this.at++;
  }

  private string(): string {
    let value = '';
    let from = ++this.at;
    for (; this.at < this.text.length; this.at++) {
      const c = this.text.charCodeAt(this.at);
      if (c === 34) return value + this.text.slice(from, this.at++);
      if (c < 32) this.fail('a string holds a control character or is not closed');
      if (c !== 92) continue;
      value += this.text.slice(from, this.at++) + this.escape();
      from = this.at + 1;
    }
    return this.fail('a string is not closed');
  }

  /** Reads what follows a backslash, and stays on its last character. */
  private escape(): string {
    const c = this.text[this.at] ?? '';
    const hex = c === 'u' ? this.text.slice(this.at + 1, this.at + 5) : '';
    if (/^[0-9a-f]{4}$/i.test(hex)) {
      this.at += 4;
      return String.fromCharCode(parseInt(hex, 16));
    }
    return ESCAPES.get(c) ?? this.fail(`unknown escape \\${c}`);
  }
}

/**
 * Reads JSON (RFC 8259) with the line of every value.
 * @param text the file's text; `JSON.parse` would lose the places that findings cite.
 * @throws SnapshotError where the text is not JSON, with the line.
 */
export function parseJson(text: string, file: string): JsonNode {
  return new Scanner(text, file).document();
}

/**
 * Goes over the items of a JSON list one by one, so that a long list is never in memory whole; a text that is no list is its own only item.
 * @param within the member of an object that holds the list.
 * @throws SnapshotError at the first place where the text is not JSON: what was given until then is not to be used.
 */
export function jsonItems(text: string, file: string, within?: string): Generator<JsonNode, void> {
  return new Scanner(text, file).list(within);
}

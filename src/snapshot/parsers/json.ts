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

  /** The items of a list, or whatever else it is as its only item; none is kept. */
  *list(): Generator<JsonNode, void> {
    this.space();
    if (this.text[this.at] === '[') yield* this.items(0);
    else yield this.value(0);
    this.end();
  }

  private end(): void {
    this.space();
    if (this.at < this.text.length) this.fail(`unexpected ${this.here()} after the end of the JSON text`);
  }

  private fail(what: string): never {
    throw new SnapshotError(`not valid JSON: ${what}`, this.file, this.line, 'Take the listing again; the file may have been cut');
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
      this.space();
      if (this.text[this.at] !== '"') this.fail(`expected a name, found ${this.here()}`);
      const name = this.string();
      this.space();
      this.expect(':');
      members.set(name, this.value(depth + 1));
      this.space();
    }
    this.at++;
    return members;
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
 * @throws SnapshotError at the first place where the text is not JSON: what was given until then is not to be used.
 */
export function jsonItems(text: string, file: string): Generator<JsonNode, void> {
  return new Scanner(text, file).list();
}

/** @returns the plain value; objects without a prototype, so that no name is special. */
export function plainOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object': {
      const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const [name, member] of node.members) plain[name] = plainOf(member);
      return plain;
    }
    case 'array':
      return node.items.map(plainOf);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

import { addressBits, type Family, type Ip } from '../../address/ip.js';
import { parseIp } from '../../address/ip.js';
import type { Origin } from '../../model/origin.js';
import type { NameKind } from '../../names/index.js';
import type { JsonNode } from './json.js';
import { jsonItems } from './json.js';
import type { ProblemList } from './source.js';

/** Typed reading of a JSON object: an absent or null member is undefined, one of another type is a problem. */
export class JsonView {
  constructor(
    private readonly members: ReadonlyMap<string, JsonNode>,
    private readonly node: JsonNode,
    private readonly text: string,
    readonly problems: ProblemList,
  ) {}

  /** Its characters in the file. */
  get length(): number {
    return this.node.end - this.node.start;
  }

  get origin(): Origin {
    return this.problems.at(this.node.line);
  }

  /** Notes a problem with this object as a whole. */
  reject(message: string): void {
    this.problems.add(this.node.line, this.quote(this.node), message);
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  entries(): [string, JsonNode][] {
    return [...this.members];
  }

  string(name: string): string | undefined {
    const node = this.member(name);
    return node === undefined ? undefined : node.kind === 'string' ? node.value : this.wrong(name, node, 'text');
  }

  /**
   * A name of something on a host.
   * @throws RefusedEntry, the problem noted, where nothing can be called so: what bears the name is not read.
   */
  name(name: string, kind: NameKind): string | undefined {
    const text = this.string(name);
    return text === undefined ? undefined : this.named(name, kind, text);
  }

  /** The same, of a name that may be written as a number (`"table":100`). */
  nameWord(name: string, kind: NameKind): string | undefined {
    const text = this.word(name);
    return text === undefined ? undefined : this.named(name, kind, text);
  }

  /** The same, of a list of names. */
  names(name: string, kind: NameKind): readonly string[] {
    return this.strings(name).map((text) => this.named(name, kind, text));
  }

  private named(name: string, kind: NameKind, text: string): string {
    const node = this.members.get(name) ?? this.node;
    return this.problems.name(kind, text, node.line, `"${name}": ${this.quote(node)}`);
  }

  /** A whole number, also where it is written as text (`"0x1"`, `"42"`): no command prints another, and none beyond 2^53 but of bytes. */
  number(name: string): number | undefined {
    const node = this.member(name);
    if (node === undefined) return undefined;
    const isText = node.kind === 'string' && /^(?:\d+|0x[0-9a-f]+)$/i.test(node.value);
    const value = node.kind === 'number' ? node.value : isText ? Number(node.value) : undefined;
    return value !== undefined && Number.isSafeInteger(value) ? value : this.wrong(name, node, 'a whole number');
  }

  /** How many of an address's bits are its network's. */
  prefixLength(name: string, family: Family): number | undefined {
    const length = this.number(name);
    if (length === undefined || (length >= 0 && length <= addressBits(family))) return length;
    this.complain(name, 'no address has a prefix of this length');
    return undefined;
  }

  /** True or false; iproute2 writes some flags as 0 and 1, others as a present null. */
  flag(name: string): boolean | undefined {
    const node = this.members.get(name);
    if (node === undefined) return undefined;
    if (node.kind === 'null') return true;
    if (node.kind === 'boolean') return node.value;
    if (node.kind === 'number') return node.value !== 0;
    return this.wrong(name, node, 'true or false');
  }

  /** A name or a number (`"table":"main"`, `"table":100`), as text. */
  word(name: string): string | undefined {
    const node = this.member(name);
    if (node?.kind === 'number') return String(node.value);
    return node === undefined ? undefined : node.kind === 'string' ? node.value : this.wrong(name, node, 'text or a number');
  }

  ip(name: string): Ip | undefined {
    const text = this.string(name);
    if (text === undefined || text === '') return undefined;
    const ip = parseIp(text);
    if (ip === undefined) this.complain(name, `${name} is no address`);
    return ip;
  }

  strings(name: string): string[] {
    return this.items(name).flatMap((item) => (item.kind === 'string' ? [item.value] : (this.wrong(name, item, 'text') ?? [])));
  }

  object(name: string): JsonView | undefined {
    const node = this.member(name);
    return node === undefined ? undefined : (this.view(node) ?? this.wrong(name, node, 'an object'));
  }

  objects(name: string): JsonView[] {
    return this.items(name).flatMap((item) => this.view(item) ?? this.wrong(name, item, 'an object') ?? []);
  }

  /** Members of an object whose values are text (labels, options). */
  texts(name: string): ReadonlyMap<string, string> {
    const inner = this.object(name);
    return new Map(
      (inner?.entries() ?? []).flatMap(([key]) => {
        const value = inner?.word(key);
        return value === undefined ? [] : [[key, value] as const];
      }),
    );
  }

  /** Notes a problem with one member. */
  complain(name: string, message: string): void {
    const node = this.members.get(name) ?? this.node;
    this.problems.add(node.line, `"${name}": ${this.quote(node)}`, message);
  }

  private member(name: string): JsonNode | undefined {
    const node = this.members.get(name);
    return node?.kind === 'null' ? undefined : node;
  }

  private items(name: string): readonly JsonNode[] {
    const node = this.member(name);
    return node === undefined ? [] : node.kind === 'array' ? node.items : (this.wrong(name, node, 'a list') ?? []);
  }

  private view(node: JsonNode): JsonView | undefined {
    return node.kind === 'object' ? new JsonView(node.members, node, this.text, this.problems) : undefined;
  }

  private wrong(name: string, node: JsonNode, wanted: string): undefined {
    this.problems.add(node.line, `"${name}": ${this.quote(node)}`, `${name} should be ${wanted}`);
    return undefined;
  }

  private quote(node: JsonNode): string {
    return this.text.slice(node.start, Math.min(node.end, node.start + 200));
  }
}

/**
 * Goes over the objects of a file that holds a list of them (one object counts as a list of one; an empty file as an empty list).
 * Empty objects, which `ip -j` leaves for filtered entries, are passed over.
 * @param within the member that holds the list, where the file holds an object.
 * @throws SnapshotError where the text is not JSON.
 */
export function* jsonList(text: string, problems: ProblemList, within?: string): Generator<JsonView, void> {
  if (text.trim() === '') return;
  for (const item of jsonItems(text, problems.file, within)) {
    if (item.kind !== 'object') problems.add(item.line, text.slice(item.start, Math.min(item.end, item.start + 200)), 'expected an object');
    else if (item.members.size > 0) yield new JsonView(item.members, item, text, problems);
  }
}

import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import type { Origin } from '../model/origin.js';
import { readYaml } from '../yaml.js';
import { refuseAt } from './error.js';

/** What of Compose's own tags a value bears: `!reset` takes what other files say away, `!override` stands in its place. */
export type Mark = 'reset' | 'override';

interface Placed {
  readonly at: Origin;
  readonly mark?: Mark;
}

export interface Leaf extends Placed {
  readonly kind: 'leaf';
  readonly value: string | number | boolean | null;
}

export interface List extends Placed {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface TableNode extends Placed {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, Tree>;
}

/** A YAML value that knows where it stands: aliases and merge keys are written out. */
export type Tree = Leaf | List | TableNode;

/** What people write stays far below: aliases of aliases make more of few lines. */
const MOST_NODES = 50_000;
const DEEPEST = 64;

/** Tags that say what a value is anyway; Compose's own two; any other makes of a value what is not known here. */
const PLAIN_TAGS = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

class Reader {
  private nodes = 0;
  private depth = 0;

  constructor(
    private readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  read(node: unknown, above: Origin): Tree {
    if (++this.nodes > MOST_NODES) refuseAt(above, `more than ${MOST_NODES} values once aliases are written out`);
    if (this.depth >= DEEPEST) refuseAt(above, `more than ${DEEPEST} levels, one inside the other`);
    this.depth++;
    const tree = isAlias(node) ? this.read(node.resolve(this.document), above) : this.value(node, this.placeOf(node, above));
    this.depth--;
    return tree;
  }

  private value(node: unknown, at: Origin): Tree {
    if (isMap(node)) return { kind: 'table', at, ...markOf(node, at), entries: this.entries(node.items, at) };
    if (isSeq(node)) return { kind: 'list', at, ...markOf(node, at), items: node.items.map((item) => this.read(item, at)) };
    return { kind: 'leaf', at, ...(isScalar(node) ? markOf(node, at) : {}), value: isScalar(node) ? plain(node.value) : null };
  }

  private entries(items: readonly { readonly key: unknown; readonly value: unknown }[], at: Origin): ReadonlyMap<string, Tree> {
    const merged = new Map<string, Tree>();
    const own = new Map<string, Tree>();
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : refuseAt(at, 'a key that is not a word');
      const place = this.placeOf(key, at);
      const read = this.read(value, place);
      const tree = read.kind === 'leaf' ? read : { ...read, at: place };
      if (name === '<<') this.mergeInto(merged, tree);
      else own.set(name, tree);
    }
    return new Map([...[...merged].filter(([name]) => !own.has(name)), ...own]);
  }

  /** `<<: *base`, `<<: [*one, *two]`: the first that has a key gives it. */
  private mergeInto(merged: Map<string, Tree>, tree: Tree): void {
    const tables = tree.kind === 'list' ? tree.items : [tree];
    for (const table of tables) {
      if (table.kind !== 'table') refuseAt(table.at, '<< merges mappings alone');
      for (const [name, value] of table.entries) if (!merged.has(name)) merged.set(name, value);
    }
  }

  private placeOf(node: unknown, above: Origin): Origin {
    const range = isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
    return range === undefined || range === null ? above : { file: this.file, line: this.lines.linePos(range[0]).line };
  }
}

function markOf({ tag }: Node, at: Origin): { readonly mark?: Mark } {
  if (tag === '!reset') return { mark: 'reset' };
  if (tag === '!override') return { mark: 'override' };
  return tag === undefined || PLAIN_TAGS.test(tag) ? {} : refuseAt(at, 'a tag that Compose does not know: !reset and !override are known');
}

/** What the YAML reader says, without what it quotes: there may be passwords in the file. */
const unquoted = (message: string): string => message.replace(/: ".*$/s, '').replace(/[*&]\S+/g, 'a name');

function plain(value: unknown): Leaf['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : value === null
      ? null
      : String(value);
}

/**
 * Reads a text as YAML into a tree with places.
 * @throws ComposeError where it is none, or too long.
 */
export function readTree(text: string, file: string): TableNode {
  const read = readYaml(text);
  if (!('document' in read)) return refuseAt({ file, line: read.line }, `not YAML: ${unquoted(read.message)}`);
  const { document, lines } = read;
  const top: Origin = { file, line: 1 };
  const tree = new Reader(file, document, lines).read(document.contents, top);
  if (tree.kind === 'table') return tree;
  return refuseAt(top, 'not a Compose file: a mapping with `services:` is expected');
}

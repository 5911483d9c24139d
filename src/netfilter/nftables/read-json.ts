import type { Origin } from '../../model/origin.js';
import type { NftBase, NftFamily, NftRuleset, Statement } from './ast.js';
import { newChain, Tables, type ChainDraft, type TableDraft } from './draft.js';
import { objectKindOf, readFlowtable, readObject, readSet } from './json/objects.js';
import { grammarOf } from './json/statement.js';
import { isList, NotNftJson, oneOf, quoted, JsonMembers, type Json, type JsonGrammar } from './json/value.js';
import { styleOf, type Style } from './print/style.js';
import { makeRule } from './rule.js';
import type { Complain } from './text/context.js';
import { BadValue } from './types/constant.js';

/** How a listing is to be understood. */
export interface JsonOptions {
  readonly file: string;
  /** It is what a command listed of everything, so that what it does not name is not there. */
  readonly whole: boolean;
  readonly complain: Complain;
  /** The line of each entry of the list, counted from 0. */
  readonly lineOf: (index: number) => number;
  /** What is wrong with a name of a table, chain or set; nothing where the kernel takes it. */
  readonly nameFault: (name: string) => string | undefined;
}

const FAMILIES = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] as const;
const TYPES = ['filter', 'nat', 'route'] as const;
const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'] as const;

/** Whether an entry is of no table, chain or rule: without it, what names it is undecided, and nothing else. */
function hangsNowhere(json: Json): boolean {
  if (typeof json !== 'object' || json === null || isList(json)) return false;
  const [name = ''] = Object.keys(json);
  return !['table', 'chain', 'rule', 'add', 'create', 'insert', 'flush', 'delete', 'replace', 'destroy'].includes(name);
}

class JsonReader {
  readonly tables = new Tables();
  version: string | undefined;
  /** Listings of everything name each table, those of chains do not; programs that feed nft give commands. */
  private isOfAll = false;
  private style: Style = styleOf(undefined);
  private readonly grammars = new Map<NftFamily, JsonGrammar>();

  constructor(private readonly options: JsonOptions) {}

  entry(json: Json, index: number): void {
    const line = this.options.lineOf(index);
    try {
      const view = JsonMembers.of(json, 'an entry');
      const [name] = view.names();
      if (name !== undefined) this.item(name, view, { file: this.options.file, line });
    } catch (error) {
      if (!(error instanceof NotNftJson)) throw error;
      this.options.complain(line, quoted(json), error.message);
      if (!hangsNowhere(json)) this.tables.lose();
    }
  }

  private item(name: string, view: JsonMembers, origin: Origin): void {
    if (name === 'metainfo') return this.metainfo(view.object(name));
    if (name === 'flush' && view.object(name).has('ruleset')) return this.tables.flush();
    const json = view.object(name);
    for (const member of ['name', 'table', 'chain']) this.checkName(json.maybeString(member));
    if (name === 'table' || name === 'add' || name === 'create') this.isOfAll = true;
    if (name === 'add' || name === 'create') return this.command(json, origin);
    if (name === 'table') return this.table(json, origin);
    const table = this.tables.at(this.family(json), json.string('table'), origin);
    if (name === 'chain') return this.chain(table, json, origin);
    if (name === 'rule') return this.rule(table, json, origin);
    if (name === 'set' || name === 'map') return void this.set(table, json, origin);
    if (name === 'flowtable') return void table.flowtables.set(json.string('name'), readFlowtable(json, origin));
    const kind = objectKindOf(name);
    if (kind === undefined) throw new NotNftJson(`unknown entry “${name}”`);
    table.objects.set(`${kind} ${json.string('name')}`, readObject(kind, json, origin));
  }

  /** Notes that the listing is of chains alone, where it is. */
  lackRules(): void {
    this.tables.lackRules(!this.isOfAll);
  }

  private checkName(name: string | undefined): void {
    const fault = name === undefined ? undefined : this.options.nameFault(name);
    if (fault !== undefined) throw new NotNftJson(fault);
  }

  /** `{"add":{"rule":…}}`: what a program feeds to `nft -j -f`. */
  private command(json: JsonMembers, origin: Origin): void {
    const [name] = json.names();
    if (name !== undefined) this.item(name, json, origin);
  }

  private metainfo(json: JsonMembers): void {
    this.version = json.maybeString('version');
    this.style = styleOf(this.version);
  }

  private family(json: JsonMembers): NftFamily {
    return oneOf(json.string('family'), FAMILIES, 'family');
  }

  private grammar(family: NftFamily): JsonGrammar {
    const found = this.grammars.get(family);
    if (found !== undefined) return found;
    const made = grammarOf(family);
    this.grammars.set(family, made);
    return made;
  }

  private table(json: JsonMembers, origin: Origin): void {
    const table = this.tables.at(this.family(json), json.string('name'), origin);
    const [handle, comment] = [json.maybeNumber('handle'), json.maybeString('comment')];
    if (handle !== undefined) table.handle = handle;
    if (comment !== undefined) table.comment = comment;
    for (const flag of json.strings('flags')) {
      if (flag === 'dormant') table.dormant = true;
      else if (flag === 'owner') table.owner = true;
      else if (flag === 'persist') table.persist = true;
      else if (table.dormant === false) table.dormant = 'unknown';
    }
    if (table.dormant === 'unknown')
      this.options.complain(
        origin.line,
        `table ${table.family} ${table.name}`,
        'this version of nft prints another name in the place of the flag, so that a dormant table cannot be told from an owned one: add the text of nft list ruleset',
      );
  }

  private chain(table: TableDraft, json: JsonMembers, origin: Origin): void {
    const name = json.string('name');
    const chain: ChainDraft = table.chains.get(name) ?? newChain(name, origin);
    const [handle, comment] = [json.maybeNumber('handle'), json.maybeString('comment')];
    if (handle !== undefined) chain.handle = handle;
    if (comment !== undefined) chain.comment = comment;
    const hook = json.maybeString('hook');
    if (hook !== undefined) chain.base = this.base(json, hook);
    table.chains.set(name, chain);
  }

  private base(json: JsonMembers, hook: string): NftBase {
    const devices = json.strings('dev');
    return {
      type: oneOf(json.string('type'), TYPES, 'type of chain'),
      hook: oneOf(hook, HOOKS, 'hook'),
      priority: json.number('prio'),
      policy: oneOf(json.maybeString('policy') ?? 'accept', ['accept', 'drop'], 'policy'),
      devices,
      ...((hook === 'ingress' || hook === 'egress') && devices.length === 0 && { devicesUnseen: true }),
    };
  }

  private set(table: TableDraft, json: JsonMembers, origin: Origin): void {
    const set = readSet(json, this.grammar(table.family), origin);
    table.sets.set(set.name, set);
  }

  private rule(table: TableDraft, json: JsonMembers, origin: Origin): void {
    const name = json.string('chain');
    const chain = table.chains.get(name) ?? newChain(name, origin);
    table.chains.set(name, chain);
    const list = json.get('expr');
    const [handle, comment] = [json.maybeNumber('handle'), json.maybeString('comment')];
    const errors: string[] = [];
    const statements = isList(list) ? list.map((one) => this.statement(table.family, one, origin, errors)) : [];
    chain.rules.push(
      makeRule({
        statements,
        ...(handle === undefined ? {} : { handle }),
        ...(comment === undefined ? {} : { comment }),
        origin,
        ...(errors.length === 0 ? {} : { errors }),
        style: this.style,
      }),
    );
  }

  /** A statement; one that cannot be read leaves the rule undecidable, and is told. */
  private statement(family: NftFamily, json: Json, origin: Origin, errors: string[]): Statement {
    try {
      return this.grammar(family).statement(json);
    } catch (error) {
      if (!(error instanceof NotNftJson || error instanceof BadValue)) throw error;
      errors.push(error.message);
      this.options.complain(origin.line, quoted(json), error.message);
      return { kind: 'unread', text: quoted(json), message: error.message };
    }
  }
}

/**
 * Reads `nft -j list ruleset`.
 * @param json the parsed document.
 * @returns the rule set; what could not be read is complained of, and leaves rules that cannot be decided.
 */
export function readNftJson(json: Json, options: JsonOptions): NftRuleset {
  const reader = new JsonReader(options);
  const list = typeof json === 'object' && json !== null && !isList(json) ? JsonMembers.of(json, 'the listing').get('nftables') : json;
  if (isList(list)) list.forEach((one, index) => reader.entry(one, index));
  else {
    reader.tables.lose();
    options.complain(1, quoted(json), 'this is no listing of nft: it has no list “nftables”');
  }
  reader.lackRules();
  return {
    tables: reader.tables.all(),
    incomplete: !options.whole,
    ...reader.tables.unread,
    ...(reader.version === undefined ? {} : { version: reader.version }),
    file: options.file,
  };
}

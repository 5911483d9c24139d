import type { NftChain, NftRule, NftRuleset, NftSet, NftTable } from './ast.js';
import { styleOf } from './print/style.js';
import { countSetElements } from './print/declaration.js';
import { printRuleText } from './print/statement.js';
import { makeRule } from './rule.js';
import { withoutCounts } from './without-counts.js';

/** Two listings of one rule set say different things: the lines of both, and what. */
export interface Contradiction {
  readonly rule: { readonly file: string; readonly line: number };
  readonly text: string;
  readonly message: string;
}

/** Whether JSON has nothing that the text could contradict: extensions of iptables, and what could not be read. */
function isSilent(rule: NftRule): boolean {
  return rule.xt || rule.errors.length > 0;
}

/**
 * One rule from both listings. The text says more (expressions that JSON has no form for), JSON tells the handle, and where an
 * extension of iptables stands, which a text listing translates.
 */
function mergeRule(text: NftRule, json: NftRule): NftRule {
  const handle = text.handle ?? json.handle;
  return makeRule({
    statements: json.xt && json.errors.length === 0 ? json.statements : text.statements,
    ...(handle === undefined ? {} : { handle }),
    ...(text.comment === undefined ? {} : { comment: text.comment }),
    origin: text.origin,
    ...(text.errors.length === 0 ? {} : { errors: text.errors }),
    line: text.text,
  });
}

class Merge {
  readonly contradictions: Contradiction[] = [];
  private readonly style;

  constructor(
    private readonly text: NftRuleset,
    private readonly json: NftRuleset,
  ) {
    this.style = styleOf(json.version);
  }

  tables(): readonly NftTable[] {
    const rest = new Map(this.json.tables.map((table) => [`${table.family} ${table.name}`, table]));
    const both = this.text.tables.map((table) => {
      const name = `${table.family} ${table.name}`;
      const twin = rest.get(name);
      rest.delete(name);
      if (twin === undefined) this.only(table, `table ${name} is not in ${this.json.file}`);
      return twin === undefined ? table : this.table(table, twin);
    });
    for (const table of rest.values()) this.only(table, `table ${table.family} ${table.name} is not in ${this.text.file}`);
    return [...both, ...rest.values()];
  }

  private only(thing: { readonly origin: Contradiction['rule'] }, what: string): void {
    this.say(thing.origin, '', `${what}: the two listings were taken at different times, or one was cut`);
  }

  private say(rule: Contradiction['rule'], text: string, message: string): void {
    this.contradictions.push({ rule, text, message });
  }

  private table(text: NftTable, json: NftTable): NftTable {
    const where = `${text.family} ${text.name}`;
    return {
      ...text,
      ...(text.handle === undefined && json.handle !== undefined ? { handle: json.handle } : {}),
      chains: this.named(text.chains, json.chains, `chain ${where}`, (a, b) => this.chain(a, b, where)),
      sets: this.named(text.sets, json.sets, `set ${where}`, (a, b) => this.set(a, b, where)),
      flowtables: this.named(text.flowtables, json.flowtables, `flowtable ${where}`, (a) => a),
      objects: this.named(text.objects, json.objects, `object ${where}`, (a) => a),
    };
  }

  private named<T extends { readonly origin: Contradiction['rule'] }>(
    text: ReadonlyMap<string, T>,
    json: ReadonlyMap<string, T>,
    what: string,
    merge: (text: T, json: T) => T,
  ): ReadonlyMap<string, T> {
    const all = new Map<string, T>();
    for (const [name, one] of text) {
      const twin = json.get(name);
      if (twin === undefined) this.only(one, `${what} ${name} is not in ${this.json.file}`);
      all.set(name, twin === undefined ? one : merge(one, twin));
    }
    for (const [name, one] of json) {
      if (text.has(name)) continue;
      this.only(one, `${what} ${name} is not in ${this.text.file}`);
      all.set(name, one);
    }
    return all;
  }

  private chain(text: NftChain, json: NftChain, where: string): NftChain {
    if (text.rules.length !== json.rules.length) {
      const message = `chain ${where} ${text.name} has ${text.rules.length} rules here and ${json.rules.length} in ${this.json.file}: the two listings were taken at different times, or one was cut`;
      this.say(text.origin, '', message);
      return text.rules.length > json.rules.length ? text : json;
    }
    if (text.base?.policy !== json.base?.policy || text.base?.priority !== json.base?.priority)
      this.say(text.origin, '', `chain ${where} ${text.name} has another policy or priority in ${this.json.file}`);
    const handle = text.handle ?? json.handle;
    return {
      ...text,
      ...(handle === undefined ? {} : { handle }),
      rules: text.rules.map((rule, i) => this.rule(rule, json.rules[i]!)),
    };
  }

  private rule(text: NftRule, json: NftRule): NftRule {
    if (!isSilent(json) && text.errors.length === 0) {
      const printed = printRuleText(json, this.style);
      // printed with this version's habits where the text is not its
      if (withoutCounts(text.text) !== withoutCounts(printed) && withoutCounts(printRuleText(text, this.style)) !== withoutCounts(printed))
        this.say(text.origin, text.text, `the same rule is “${printed}” in ${this.json.file}`);
    }
    return mergeRule(text, json);
  }

  private set(text: NftSet, json: NftSet, where: string): NftSet {
    const [here, there] = [countSetElements(text), countSetElements(json)];
    if (here !== there && !text.flags.includes('dynamic') && !text.flags.includes('timeout'))
      this.say(text.origin, '', `set ${where} ${text.name} has ${here} elements here and ${there} in ${this.json.file}`);
    const handle = text.handle ?? json.handle;
    return { ...text, ...(handle === undefined ? {} : { handle }) };
  }
}

/** @returns one rule set from the text and the JSON of it, and where the two contradict. */
export function reconcile(
  text: NftRuleset,
  json: NftRuleset,
): { readonly ruleset: NftRuleset; readonly contradictions: readonly Contradiction[] } {
  const merge = new Merge(text, json);
  const tables = merge.tables();
  const ruleset: NftRuleset = {
    tables,
    incomplete: text.incomplete && json.incomplete,
    ...(text.unread === true && json.unread === true ? { unread: true as const } : {}),
    ...(json.version === undefined ? {} : { version: json.version }),
    file: text.file,
  };
  return { ruleset, contradictions: merge.contradictions };
}

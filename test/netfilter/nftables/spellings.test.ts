import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromJson, fromText, rulesOf } from './models.js';
import { printRuleText } from '../../../src/netfilter/nftables/print/statement.js';
import { styleOf } from '../../../src/netfilter/nftables/print/style.js';

/** A rule as somebody wrote it, as nft 1.0.6 listed it after a kernel had taken it, and as `nft -j` did. */
interface Spelling {
  readonly family: string;
  readonly written: string;
  readonly listed: string;
  /** nft leaves something out, or sorts, or adds what goes without saying. */
  readonly rewritten?: true;
  readonly json: unknown;
}

const SPELLINGS = JSON.parse(readFileSync('fixtures/nft/spellings.json', 'utf8')) as readonly Spelling[];
const STYLE = styleOf('1.0.6');

/** nft prints the elements of an address set as numbers where raw payload asked for them. */
const NUMBERS = /\{ 0x/;

function table(family: string, rule: string, head = ''): string {
  return `${head}table ${family} t {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`;
}

/** All rules at once: a table each, so that one failure shows the rule. */
describe('spellings of every expression and statement', () => {
  it('what is written prints as it is listed', () => {
    const same = SPELLINGS.filter((one) => one.rewritten === undefined);
    const printed = same.map(({ family, written }) => {
      const { ruleset, problems } = fromText(table(family, written, 'flush ruleset\n'), false);
      const rule = ruleset.tables[0]?.chains.get('c')?.rules[0];
      return problems[0] ?? (rule === undefined ? 'no rule' : printRuleText(rule, STYLE));
    });
    expect(printed).toEqual(same.map(({ listed }) => listed));
  });

  it('what is written is read, also where nft lists it otherwise', () => {
    const problems = SPELLINGS.flatMap(({ family, written }) => fromText(table(family, written, 'flush ruleset\n'), false).problems);
    expect(problems).toEqual([]);
  });

  it('JSON prints as the text is listed, and is the same model', () => {
    const all = SPELLINGS.filter(({ listed }) => !NUMBERS.test(listed));
    const both = all.map(({ family, listed, json }) => {
      const rule = { rule: { family, table: 't', chain: 'c', expr: json } };
      const listing = { nftables: [{ metainfo: { version: '1.0.6' } }, { table: { family, name: 't' } }, rule] };
      const [text, other] = [fromText(table(family, listed)), fromJson(JSON.stringify(listing))];
      return {
        problems: [...text.problems, ...other.problems],
        text: rulesOf(text.ruleset.tables[0]!).map(([, , statements]) => statements),
        json: rulesOf(other.ruleset.tables[0]!),
        listed,
      };
    });
    expect(both.flatMap(({ problems }) => problems)).toEqual([]);
    expect(
      both.map(({ json, listed }) => json.map(([chain, , statements]) => [chain, listed.replace(/ comment "[^"]*"$/, ''), statements])),
    ).toEqual(both.map(({ json }) => json));
    expect(both.map(({ text }) => text)).toEqual(both.map(({ json }) => json.map(([, , statements]) => statements)));
  });
});

describe('what nft -c refuses', () => {
  const REFUSED = JSON.parse(readFileSync('fixtures/nft/refused.json', 'utf8')) as readonly {
    readonly written: string;
    readonly message: string;
  }[];
  it.each(REFUSED.map(({ written, message }) => [written, message]))('%s', (written, message) => {
    const { ruleset, problems } = fromText(table('inet', written, 'flush ruleset\n'), false);
    expect(problems).toEqual([`4: ${message.replace(/^\d+: /, '')}`]);
    expect(ruleset.tables[0]?.chains.get('c')?.rules.map((rule) => rule.errors.length)).toEqual([1]);
  });
});

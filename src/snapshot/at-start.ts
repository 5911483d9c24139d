import type { Family } from '../address/ip.js';
import type { AtStart, StartNftables, StartRules } from '../model/at-start.js';
import type { SysctlValue } from '../model/setting.js';
import type { Ruleset, Table } from '../model/netfilter.js';
import { append } from '../address/append.js';
import type { ListingReader } from './listing.js';
import { parseIptablesSave } from './parsers/iptables-save.js';
import { parseNftRuleset } from './parsers/nft-ruleset.js';
import type { Parsed } from './parsers/source.js';
import { parseSysctl } from './parsers/sysctl.js';

/** Files of rules by their names in a snapshot, each of a program that loads it by itself. */
const RULES: readonly { readonly name: string; readonly family: Family; readonly replaces: StartRules['replaces'] }[] = [
  { name: 'start-iptables.txt', family: 4, replaces: 'tables' },
  { name: 'start-ip6tables.txt', family: 6, replaces: 'tables' },
  ...['before', 'user', 'after'].flatMap((name) => [
    { name: `start-ufw-${name}.txt`, family: 4, replaces: 'chains' } as const,
    { name: `start-ufw-${name}6.txt`, family: 6, replaces: 'chains' } as const,
  ]),
];

/** Chains that ufw makes before it loads its files, which lead to them (ufw-init-functions): those that a file names and does not make. */
function madeBefore(text: string): readonly string[] {
  const made = new Set(Array.from(text.matchAll(/^:(\S+) /gm), ([, name]) => name));
  const named = Array.from(text.matchAll(/ -[jg] (ufw6?-[\w-]+)/g), ([, name = '']) => name);
  return [...new Set(named)].filter((name) => !made.has(name));
}

/** Leaves out chains that a file does not make. */
function withoutChains(ruleset: Ruleset, names: readonly string[]): Ruleset {
  const left = (table: Table): Table => ({ ...table, chains: new Map([...table.chains].filter(([name]) => !names.includes(name))) });
  return { ...ruleset, tables: new Map([...ruleset.tables].map(([name, table]) => [name, left(table)])) };
}

function parseRules(text: string, file: string, { family, replaces }: (typeof RULES)[number]): Parsed<StartRules> {
  const kept = replaces === 'chains' ? madeBefore(text) : [];
  const { data, problems } = parseIptablesSave(text, file, family, kept);
  return { data: { ruleset: withoutChains(data.ruleset, kept), replaces, whole: problems.length === 0 }, problems };
}

function readAll<T>(reader: ListingReader, name: string, parse: (text: string, file: string) => Parsed<T>): readonly Parsed<T>[] {
  const read = reader.filesOf(name).flatMap((file) => reader.parse(file, parse, true) ?? []);
  append(
    reader.problems,
    read.flatMap(({ problems }) => problems),
  );
  return read;
}

/** A program may be told by a file that is included what this file does not say. */
const includes = (text: string): boolean => text.split('\n').some((line) => line.trimStart().startsWith('include '));

function readNft(reader: ListingReader): readonly StartNftables[] {
  const parse = (text: string, file: string): Parsed<StartNftables> => {
    const { data, problems } = parseNftRuleset(text, file, false);
    return { data: { ruleset: data, whole: problems.length === 0 && !includes(text) }, problems };
  };
  return readAll(reader, 'start-nft.txt', parse).map(({ data }) => data);
}

/** Of a setting that files give several values, which of them holds is told by the order in which they are read, which is not known. */
function readSettings(reader: ListingReader): ReadonlyMap<string, readonly SysctlValue[]> {
  const values = new Map<string, SysctlValue[]>();
  for (const file of reader.filesOf('start-sysctl.txt')) {
    const parsed = reader.parse(file, parseSysctl, true);
    append(reader.problems, parsed?.problems ?? []);
    const reversed = parseSysctl(file.text.split('\n').reverse().join('\n'), file.shown).data.values;
    for (const [name, value] of parsed?.data.values ?? [])
      values.set(name, [...(values.get(name) ?? []), reversed.get(name) ?? value, value]);
  }
  return values;
}

/** @returns what the files of a namespace's folder say is set at the start; undefined where there is none of them. */
export function readAtStart(reader: ListingReader): AtStart | undefined {
  const rules = RULES.flatMap((one) => readAll(reader, one.name, (text, file) => parseRules(text, file, one))).map(({ data }) => data);
  const [nftables, settings] = [readNft(reader), readSettings(reader)];
  return rules.length + nftables.length + settings.size === 0 ? undefined : { rules, nftables, settings };
}

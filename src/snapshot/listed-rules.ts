import type { Listing } from '../model/listing.js';
import type { Ruleset, Table, TableName } from '../model/netfilter.js';
import type { Problem } from '../model/origin.js';
import { append } from '../address/append.js';
import { listingOf, type ListingReader, type SourceFile } from './listing.js';
import { parseIptablesList } from './parsers/iptables-list.js';
import { listedSections } from './parsers/listed-sections.js';
import { warnsOfLegacy } from './parsers/paste-noise.js';
import { addGap } from './parsers/saved-gaps.js';
import type { OpenChain } from './parsers/saved-table.js';
import { TABLE_NAMES } from './parsers/tables-under-way.js';
import type { LeftOut, Parsed } from './parsers/source.js';
import { isBuiltIn } from './parsers/table-told.js';

/** The command of one back end, by which its files are named. */
export type IptablesCommand = 'iptables' | 'ip6tables' | 'iptables-legacy' | 'ip6tables-legacy';

function listedTable(reader: ListingReader, command: IptablesCommand, table: TableName): SourceFile | undefined {
  return reader.file(`${command}-list-${table}.txt`) ?? (table === 'filter' ? reader.file(`${command}-list.txt`) : undefined);
}

/** One table a file: what is known of them as one listing. */
function together(parts: readonly Listing[], { unlisted = [], ...rest }: Pick<Ruleset, 'unlisted' | 'legacyUnseen'>): Listing {
  const absent = unlisted.length === 0 ? [] : [`it does not show the tables ${unlisted.join(', ')}`];
  const legacy = rest.legacyUnseen === undefined ? [] : ['it does not show the tables of the legacy back end, of which it warns'];
  const why = [...parts.flatMap((part) => part.why), ...absent, ...legacy];
  const sum = (of: (part: Listing) => number): number => parts.reduce((n, part) => n + of(part), 0);
  return {
    file: parts[0]?.file ?? '',
    state: why.length === 0 ? 'whole' : 'part',
    why,
    lines: sum((p) => p.lines),
    unread: sum((p) => p.unread),
  };
}

/** The tables that one file lists. */
interface ListedTables {
  readonly tables: readonly Table[];
}

/** The table is listed already: which of the two holds is not told. */
function listedTwice(table: Table, file: string, line: number): Problem {
  const detail = `the second listing of table ${table.name}, which begins at ${file}:${line} and is not read`;
  // chains under way: a place for what is not read is put at their end
  for (const chain of table.chains.values()) if (isBuiltIn(chain.name)) addGap(chain as OpenChain, detail, { file, line });
  return { origin: { file, line }, text: `table ${table.name}`, message: 'the table is listed twice: only the first listing is read' };
}

/**
 * Reads every listing in a file of `iptables -L`, each of the table that its call or its chains tell.
 * @param named the table that the file's name tells, which the first listing is of where nothing else does.
 * @param known tables that other files list.
 */
function parseListed(text: string, shown: string, named: TableName, family: 4 | 6, known: Map<TableName, Table>): Parsed<ListedTables> {
  const tables: Table[] = [];
  const problems: Problem[] = [];
  const leavesOut: LeftOut[] = [];
  listedSections(text).forEach((section, i) => {
    const name = section.table ?? (i === 0 ? named : undefined);
    const before = name === undefined ? undefined : known.get(name);
    if (name === undefined) {
      const message = 'nothing tells which table this listing is of: it is not read; take iptables-save instead';
      problems.push({ origin: { file: shown, line: section.line }, text: 'Chain', message });
    } else if (before !== undefined) problems.push(listedTwice(before, shown, section.line));
    else {
      const parsed = parseIptablesList(section.text, shown, name, family);
      known.set(name, parsed.data);
      tables.push(parsed.data);
      append(problems, parsed.problems);
      append(leavesOut, parsed.leavesOut ?? []);
    }
  });
  return { data: { tables }, problems, leavesOut };
}

/** What a rule set's listing tells of the other back end's tables, and of its own back end. */
function backEnds(command: IptablesCommand, files: readonly SourceFile[]): Pick<Ruleset, 'backend' | 'legacyUnseen'> {
  if (command.endsWith('-legacy')) return { backend: 'legacy' };
  const warnings = files.flatMap(({ text, shown: file }) => {
    const at = text.split('\n').findIndex((line) => warnsOfLegacy(line.replace(/^[>\s]+/, '')));
    return at < 0 ? [] : [{ file, line: at + 1 }];
  });
  return warnings[0] === undefined ? { backend: 'unknown' } : { backend: 'nft', legacyUnseen: warnings[0] };
}

/** What a listing of rules is known to be, and the rules. */
interface ListedRuleset {
  readonly ruleset: Ruleset;
  readonly listing: Listing;
}

/**
 * Rules as `iptables -L` lists them, one file a table: read where there is no iptables-save.
 * @param legacyShown whether the legacy back end's tables are listed, so that a warning of them tells nothing.
 */
export function readListedRules(
  reader: ListingReader,
  family: 4 | 6,
  command: IptablesCommand,
  legacyShown: boolean,
): ListedRuleset | undefined {
  const tables = new Map<TableName, Table>();
  const files: Listing[] = [];
  const texts: SourceFile[] = [];
  for (const name of TABLE_NAMES) {
    const file = listedTable(reader, command, name);
    const parsed = file && reader.parse(file, (text, shown) => parseListed(text, shown, name, family, tables));
    if (file === undefined || parsed === undefined) continue;
    append(reader.problems, parsed.problems);
    files.push(listingOf(file, parsed));
    texts.push(file);
  }
  const [first] = files;
  if (first === undefined) return undefined;
  const unlisted = TABLE_NAMES.filter((name) => !tables.has(name));
  const { legacyUnseen, backend } = backEnds(command, texts);
  const left = { unlisted, ...(legacyUnseen !== undefined && !legacyShown && { legacyUnseen }) };
  return { ruleset: { family, backend, tables, file: first.file, ...left }, listing: together(files, left) };
}

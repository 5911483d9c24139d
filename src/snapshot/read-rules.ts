import type { Family } from '../address/ip.js';
import type { Listing } from '../model/listing.js';
import type { Ruleset } from '../model/netfilter.js';
import { isHostNetns } from '../model/netns.js';
import type { Origin, Problem } from '../model/origin.js';
import { append } from '../address/append.js';
import { joinRulesets } from './join-rulesets.js';
import { readListedRules, type IptablesCommand } from './listed-rules.js';
import { listingOf, type ListingReader, type SourceFile } from './listing.js';
import { leftOut, parseIptablesSave, type SavedRules } from './parsers/iptables-save.js';
import type { Parsed } from './parsers/source.js';
import { TABLE_NAMES } from './parsers/tables-under-way.js';

/**
 * `iptables-save -t nat` looks like a listing of all tables. But where Docker has chains in one of `filter` and `nat`, it has
 * some in the other too: what lacks it is taken to show one table only.
 */
function asOneTable(parsed: Parsed<SavedRules>): Parsed<SavedRules> {
  const { ruleset } = parsed.data;
  const { tables, unlisted } = ruleset;
  const hasDocker = [...tables.values()].some((table) => [...table.chains.keys()].some((name) => /^DOCKER(?:-|$)/.test(name)));
  const lacks = hasDocker && (!tables.has('filter') || !tables.has('nat'));
  if (!lacks || unlisted !== undefined) return parsed;
  const left = { ...ruleset, unlisted: TABLE_NAMES.filter((one) => !tables.has(one)) };
  return { ...parsed, data: { ...parsed.data, ruleset: left }, leavesOut: leftOut(left) };
}

/** What a save file holds, its problems noted; undefined where it is no such listing, but an error message, say. */
function usable(
  reader: ListingReader,
  file: SourceFile | undefined,
  parsed: Parsed<SavedRules> | undefined,
  host: boolean,
): Parsed<SavedRules> | undefined {
  append(reader.problems, parsed?.problems ?? []);
  if (file === undefined || parsed === undefined) return undefined;
  const { ruleset } = parsed.data;
  const nothing = ruleset.tables.size === 0 && ruleset.unlisted !== undefined;
  if (nothing) reader.refuse(file);
  return nothing ? undefined : host ? asOneTable(parsed) : parsed;
}

/** Adds what other files of the same listing hold: one table a file. */
function withMore(
  first: Parsed<SavedRules> | undefined,
  reader: ListingReader,
  stem: string,
  parse: (file: SourceFile) => Parsed<SavedRules> | undefined,
): Parsed<SavedRules> | undefined {
  if (first === undefined) return undefined;
  const more = reader
    .filesOf(`${stem}.txt`)
    .slice(1)
    .flatMap((file) => parse(file) ?? []);
  if (more.length === 0) return first;
  const ruleset = joinRulesets([first, ...more].map((parsed) => parsed.data.ruleset));
  return { data: { ...first.data, ruleset }, problems: [first, ...more].flatMap((parsed) => parsed.problems), leavesOut: leftOut(ruleset) };
}

/** The rules of one back end, as one command lists them, and what is known of their listing. */
interface FamilyRules {
  readonly ruleset: Ruleset;
  /** Undefined where its filter table, which decides most, is not shown. */
  readonly listing: Listing | undefined;
}

function readListed(reader: ListingReader, family: Family, command: IptablesCommand, legacyShown: boolean): FamilyRules | undefined {
  const read = readListedRules(reader, family, command, legacyShown);
  return read === undefined ? undefined : { ...read, listing: read.ruleset.tables.has('filter') ? read.listing : undefined };
}

/** A warning of the legacy back end's tables tells nothing where these are listed. */
function withLegacyShown(parsed: Parsed<SavedRules>): Parsed<SavedRules> {
  const { legacyUnseen, ...ruleset } = parsed.data.ruleset;
  return legacyUnseen === undefined ? parsed : { ...parsed, data: { ruleset }, leavesOut: leftOut(ruleset) };
}

/** What `iptables-save` shows, and of what it leaves out, `iptables -L`. */
function readBackEnd(
  reader: ListingReader,
  family: Family,
  command: IptablesCommand,
  name: string,
  legacyShown = false,
): FamilyRules | undefined {
  const saved = reader.file(`${command}-save.txt`);
  const parse = (file: SourceFile | undefined): Parsed<SavedRules> | undefined =>
    file && reader.parse(file, (text, shown) => parseIptablesSave(text, shown, family), true);
  const read = usable(reader, saved, withMore(parse(saved), reader, `${command}-save`, parse), isHostNetns(name));
  const first = read === undefined || !legacyShown ? read : withLegacyShown(read);
  const whole = first !== undefined && first.data.ruleset.unlisted === undefined && first.data.ruleset.tables.size > 0;
  const listed = whole ? undefined : readListed(reader, family, command, legacyShown);
  if (first === undefined || saved === undefined) return listed;
  const own = { ruleset: first.data.ruleset, listing: listingOf(saved, first) };
  if (listed === undefined) return own;
  // what says nothing of tables (a warning alone) says nothing against those that are listed
  const ruleset = joinRulesets(own.ruleset.tables.size === 0 ? [listed.ruleset, own.ruleset] : [own.ruleset, listed.ruleset]);
  return { ruleset, listing: listed.listing ?? own.listing };
}

/** @returns the rules of both back ends, as far as a namespace's files hold them. */
export function readFamily(reader: ListingReader, family: Family, name: string): readonly Ruleset[] {
  const command = family === 4 ? 'iptables' : 'ip6tables';
  const second = readBackEnd(reader, family, `${command}-legacy`, name);
  const first = readBackEnd(reader, family, command, name, second !== undefined);
  const chosen = first ?? second;
  if (chosen?.listing !== undefined) reader.sources.set(command, chosen.listing);
  if (first === undefined) return second === undefined ? [] : [{ ...second.ruleset, backend: 'legacy' }];
  const { legacyUnseen } = first.ruleset;
  if (legacyUnseen !== undefined) reader.problems.push(legacyProblem(legacyUnseen, command));
  const both = second !== undefined && first.ruleset.backend !== 'legacy';
  return both ? [first.ruleset, { ...second.ruleset, backend: 'legacy' }] : [first.ruleset];
}

function legacyProblem(origin: Origin, command: string): Problem {
  const message = `the legacy back end holds tables too, which this listing does not show: add ${command}-legacy-save.txt (${command}-legacy-save)`;
  return { origin, text: '# Warning: iptables-legacy tables present', message };
}

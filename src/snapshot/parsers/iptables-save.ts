import type { Family } from '../../address/ip.js';
import type { Ruleset, TableName } from '../../model/netfilter.js';
import { unquoted } from './paste-noise.js';
import { ScriptReader } from './iptables-script.js';
import { SaveReader } from './saved-reader.js';
import { unload } from './saved-unload.js';
import { isScript } from './script-lines.js';
import type { LeftOut, Parsed } from './source.js';
import { TABLE_NAMES } from './tables-under-way.js';

/** What an iptables-save file says. */
export interface SavedRules {
  readonly ruleset: Ruleset;
}

/** Where a snapshot has what iptables-save printed. */
const LISTING = /(?:^|\/)ip6?tables-(?:legacy-)?save\.txt$/;

/** @returns the tables that a listing does not show and that may have rules. */
function unlistedOf({ under, signs }: SaveReader, file: string): readonly TableName[] {
  const lost = signs.isListing || LISTING.test(file) ? [] : unload(under);
  return TABLE_NAMES.filter((name) => lost.includes(name) || (under.partial && !under.tables.has(name)));
}

/**
 * Reads the output of iptables-save or ip6tables-save (nft or legacy back end, with or without counters), of `iptables -S`, and
 * either of them quoted, cut or with other lines about it; a file for iptables-restore; or a script of iptables commands. Rules are only split;
 * `spec` of each is read on first use, and its `errors` say what of it was not understood. Where rules may be missing, a gap stands in their place.
 * @param kept chains of `filter` that are there before a file for `iptables-restore -n` is loaded.
 */
export function parseIptablesSave(text: string, file: string, family: Family, kept: readonly string[] = []): Parsed<SavedRules> {
  if (!LISTING.test(file) && isScript(text)) return parseScript(text, file, family);
  const reader = new SaveReader(unquoted(text), family, file, kept);
  reader.read();
  const unlisted = unlistedOf(reader, file);
  const { under, signs } = reader;
  const { beyond, legacyWarning: line } = signs;
  const left = {
    ...(unlisted.length > 0 && { unlisted }),
    ...(beyond !== undefined && { beyond }),
    ...(line !== undefined && { legacyUnseen: { file, line } }),
  };
  const ruleset: Ruleset = { family, backend: under.backend, tables: under.tables, file, ...left };
  return { data: { ruleset }, problems: under.problems.list, leavesOut: leftOut(ruleset) };
}

/** Reads a script of iptables commands: what it makes of tables of which nothing is known. */
function parseScript(text: string, file: string, family: Family): Parsed<SavedRules> {
  const script = new ScriptReader(text, family, file);
  script.read();
  const unlisted = TABLE_NAMES.filter((name) => !script.tables.has(name));
  const ruleset: Ruleset = { family, backend: 'unknown', tables: script.tables, file, ...(unlisted.length > 0 && { unlisted }) };
  const why = 'it is a script: what it does by itself is read, what ran before and after it is not known';
  return { data: { ruleset }, problems: script.problems.list, leavesOut: [{ why }, ...leftOut(ruleset)] };
}

/** What of a rule set its listing does not show, in words. */
export function leftOut({ family, tables, unlisted = [], legacyUnseen }: Ruleset): readonly LeftOut[] {
  const legacy = family === 4 ? 'iptables-legacy-save' : 'ip6tables-legacy-save';
  const open = [...tables.values()].filter((table) =>
    [...table.chains.values()].some((chain) => chain.policyUnseen !== undefined || chain.rules.some((rule) => rule.gap !== undefined)),
  );
  return [
    ...(unlisted.length === 0 ? [] : [{ why: `it does not show the tables ${unlisted.join(', ')}` }]),
    ...(legacyUnseen === undefined ? [] : [{ why: `it does not show the tables of the legacy back end, of which it warns (${legacy})` }]),
    ...(open.length === 0 ? [] : [{ why: `it does not show all of the tables ${open.map((table) => table.name).join(', ')}` }]),
  ];
}

import type { Family } from '../../address/ip.js';
import type { Ruleset, TableName } from '../../model/netfilter.js';
import { unquoted } from './paste-noise.js';
import { SaveReader, TABLE_NAMES } from './saved-reader.js';
import type { LeftOut, Parsed } from './source.js';

/** What an iptables-save file says: the rules, and whether it warns of rules in the other back end. */
export interface SavedRules {
  readonly ruleset: Ruleset;
  /** Line of `# Warning: iptables-legacy tables present`. */
  readonly legacyWarning?: number;
}

/** @returns the tables that a listing does not show and that may have rules. */
function unlistedOf(reader: SaveReader): readonly TableName[] {
  return reader.partial ? TABLE_NAMES.filter((name) => !reader.tables.has(name)) : [];
}

/**
 * Reads the output of iptables-save or ip6tables-save (nft or legacy back end, with or without counters), of `iptables -S`, and
 * either of them quoted, cut or with other lines about it. Rules are only split; `spec` of each is read on first use, and its
 * `errors` say what of it was not understood. Where rules may be missing, a gap stands in their place.
 */
export function parseIptablesSave(text: string, file: string, family: Family): Parsed<SavedRules> {
  const reader = new SaveReader(unquoted(text), family, file);
  reader.read();
  const unlisted = unlistedOf(reader);
  const { backend, tables, beyond } = reader;
  const left = { ...(unlisted.length > 0 && { unlisted }), ...(beyond !== undefined && { beyond }) };
  const ruleset: Ruleset = { family, backend, tables, file, ...left };
  const data: SavedRules = reader.legacyWarning === undefined ? { ruleset } : { ruleset, legacyWarning: reader.legacyWarning };
  return { data, problems: reader.problems.list, leavesOut: leftOut(ruleset) };
}

/** What of a rule set its listing does not show, in words. */
export function leftOut({ tables, unlisted = [] }: Ruleset): readonly LeftOut[] {
  const open = [...tables.values()].filter((table) =>
    [...table.chains.values()].some((chain) => chain.policyUnseen !== undefined || chain.rules.some((rule) => rule.gap !== undefined)),
  );
  return [
    ...(unlisted.length === 0 ? [] : [{ why: `it does not show the tables ${unlisted.join(', ')}` }]),
    ...(open.length === 0 ? [] : [{ why: `it does not show all of the tables ${open.map((table) => table.name).join(', ')}` }]),
  ];
}

import type { NftRuleset } from '../../model/nftables/ruleset.js';
import { NFT_NAME, refusal } from '../../names/index.js';
import { readNftJson, readNftText, type Json } from '../../netfilter/nftables/index.js';
import { SnapshotError } from '../error.js';
import { jsonItems } from './json.js';
import { linesOfEntries } from './nft-json-lines.js';
import { EntryCount, looksLikeJson, ProblemList, type Parsed } from './source.js';

/** The shortest entry that nft prints: `{"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 1, "expr": []}}`. */
const SHORTEST = 60;

/** @throws SnapshotError where the text is not JSON, with the place. */
function parseJson(text: string, file: string): Json {
  try {
    // what JSON.parse makes is a Json
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as Json;
  } catch {
    // the slower reader knows where it is broken
    for (const _ of jsonItems(text, file, 'nftables'));
    throw new SnapshotError('not valid JSON', file, 1, 'Take the listing again; the file may have been cut');
  }
}

/**
 * Reads `nft -j list ruleset`, `nft [-a] list ruleset` or a file of rules as people write them.
 * @param whole whether the listing is of everything, so that what it does not name is not there.
 * @throws SnapshotError on broken JSON.
 */
export function parseNftRuleset(text: string, file: string, whole = true): Parsed<NftRuleset> {
  const problems = new ProblemList(file);
  const complain = (line: number, quote: string, message: string, cut = false): void =>
    cut ? problems.cut(line, quote, message) : problems.add(line, quote, message);
  if (!looksLikeJson(text)) return { data: readNftText(text, { file, whole, complain }), problems: problems.list };
  if (text.trim() === '') return { data: { tables: [], incomplete: !whole, file }, problems: [] };
  const { lineOf, entries } = linesOfEntries(text, file);
  new EntryCount(file, SHORTEST).add(1, text.length, entries);
  const nameFault = (name: string): string | undefined => refusal(NFT_NAME, name);
  return { data: readNftJson(parseJson(text, file), { file, whole, complain, lineOf, nameFault }), problems: problems.list };
}

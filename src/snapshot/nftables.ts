import type { Ruleset } from '../model/netfilter.js';
import type { NftRuleset } from '../model/nftables/ruleset.js';
import { withIptables, reconcile, type Contradiction } from '../netfilter/nftables/index.js';
import type { ListingReader } from './listing.js';
import { parseNftRuleset } from './parsers/nft-ruleset.js';
import { shortened } from './parsers/source.js';

const noTables = (ruleset: NftRuleset): boolean => ruleset.tables.length === 0;

function readOneListing(reader: ListingReader, name: string): NftRuleset | undefined {
  return reader.read({ kind: 'nft', names: [name], parse: (text, file) => parseNftRuleset(text, file), isEmpty: noTables });
}

function tell(reader: ListingReader, contradictions: readonly Contradiction[]): void {
  for (const { rule, text, message } of contradictions) reader.problems.push({ origin: rule, text: shortened(text), message });
}

/** The text and the JSON of `nft list ruleset`, each of which tells what the other lacks. */
function readBoth(reader: ListingReader): NftRuleset | undefined {
  const text = readOneListing(reader, 'nft-ruleset.txt');
  const whole = reader.sources.get('nft');
  const json = readOneListing(reader, 'nft-ruleset.json');
  if (text === undefined || json === undefined) return json ?? text;
  // what one of the two shows whole is known whole
  if (whole?.state === 'whole' && reader.sources.get('nft')?.state === 'part') reader.sources.set('nft', whole);
  const { ruleset, contradictions } = reconcile(text, json);
  tell(reader, contradictions);
  return ruleset;
}

/**
 * Reads the native rules of a namespace.
 * @param rulesets what iptables-save lists: tables that are in both are iptables'.
 */
export function readNftables(reader: ListingReader, rulesets: readonly Ruleset[]): NftRuleset | undefined {
  const read = readBoth(reader);
  if (read === undefined) return undefined;
  const { ruleset, contradictions } = withIptables(read, rulesets);
  tell(reader, contradictions);
  return ruleset;
}

import type { SourceKind } from '../model/host.js';
import type { Listing } from '../model/listing.js';
import type { Ruleset, Table, TableName } from '../model/netfilter.js';
import type { NftRuleset } from '../model/nftables/ruleset.js';
import { TABLE_NAMES } from './parsers/saved-reader.js';

/** @returns the tables of several listings as one: of a table that is in more than one, the first. */
export function joinRulesets(parts: readonly Ruleset[]): Ruleset {
  const tables = new Map<TableName, Table>();
  for (const part of parts) for (const [name, table] of part.tables) if (!tables.has(name)) tables.set(name, table);
  const { unlisted: _unlisted, ...first } = parts[0]!;
  const backend = parts.find((part) => part.backend !== 'unknown')?.backend ?? 'unknown';
  const open = parts.every((part) => part.unlisted !== undefined) ? TABLE_NAMES.filter((name) => !tables.has(name)) : [];
  return { ...first, backend, tables, ...(open.length === 0 ? {} : { unlisted: open }) };
}

/** Whether the tables that iptables-nft made are in nft's listing, so that those which are not there do not exist. */
function isOfNft({ family, tables, backend }: Ruleset, nft: NftRuleset): boolean {
  if (backend === 'legacy') return false;
  const own = nft.tables.filter((table) => table.family === (family === 4 ? 'ip' : 'ip6'));
  return [...tables.values()].some((table) => table.chains.size > 0 && own.some((other) => other.name === table.name));
}

/**
 * nft lists every table of iptables-nft: what a listing by iptables leaves out is in it, or is not there.
 * @param sources what was read of each kind; the listing of iptables is told to be whole where it is now.
 */
export function knownByNft(
  rulesets: readonly Ruleset[],
  nft: NftRuleset | undefined,
  sources: Map<SourceKind, Listing>,
): readonly Ruleset[] {
  if (nft === undefined || sources.get('nft')?.state !== 'whole') return rulesets;
  return rulesets.map((ruleset) => {
    if (ruleset.unlisted === undefined || !isOfNft(ruleset, nft)) return ruleset;
    const { unlisted, ...rest } = ruleset;
    const kind = ruleset.family === 4 ? 'iptables' : 'ip6tables';
    const listing = sources.get(kind);
    const said = `it does not show the tables ${unlisted.join(', ')}`;
    if (listing !== undefined) {
      const why = listing.why.filter((one) => one !== said);
      sources.set(kind, { ...listing, why, state: why.length === 0 ? 'whole' : 'part' });
    }
    return { ...rest, backend: 'nft' };
  });
}

import type { SourceKind } from '../model/host.js';
import type { Listing } from '../model/listing.js';
import type { Ruleset, Table, TableName } from '../model/netfilter.js';
import type { NftChain, NftRuleset } from '../model/nftables/ruleset.js';
import { TABLE_NAMES } from './parsers/tables-under-way.js';

/** @returns the tables of several listings as one: of a table that is in more than one, the first. */
export function joinRulesets(parts: readonly Ruleset[]): Ruleset {
  const tables = new Map<TableName, Table>();
  for (const part of parts) for (const [name, table] of part.tables) if (!tables.has(name)) tables.set(name, table);
  const { unlisted: _unlisted, ...first } = parts[0]!;
  const backend = parts.find((part) => part.backend !== 'unknown')?.backend ?? 'unknown';
  const warned = parts.find((part) => part.legacyUnseen !== undefined);
  const open = parts.every((part) => part.unlisted !== undefined) ? TABLE_NAMES.filter((name) => !tables.has(name)) : [];
  const legacy = warned?.legacyUnseen === undefined ? {} : { legacyUnseen: warned.legacyUnseen };
  return { ...first, backend, tables, ...legacy, ...(open.length === 0 ? {} : { unlisted: open }) };
}

/** Whether the tables that iptables-nft made are in nft's listing, so that those which are not there do not exist. */
function isOfNft({ family, tables, backend }: Ruleset, nft: NftRuleset): boolean {
  if (backend === 'legacy') return false;
  const own = nft.tables.filter((table) => table.family === (family === 4 ? 'ip' : 'ip6'));
  return [...tables.values()].some((table) => table.chains.size > 0 && own.some((other) => other.name === table.name));
}

function isIptables({ rules }: NftChain): boolean {
  return rules.some(({ xt }) => xt);
}

/** Tables that nft shows with rules of iptables, and a listing by iptables does not. */
function shownByNft({ family, tables, backend }: Ruleset, nft: NftRuleset): readonly TableName[] {
  if (backend === 'legacy') return [];
  const own = nft.tables.filter((table) => table.family === (family === 4 ? 'ip' : 'ip6') && [...table.chains.values()].some(isIptables));
  return TABLE_NAMES.filter((name) => !tables.has(name) && own.some((table) => table.name === name));
}

/** What a listing by iptables leaves open of its tables, now that nft's is known. */
function toldAnew(listing: Listing, before: readonly TableName[], after: readonly TableName[]): Listing {
  const said = `it does not show the tables ${before.join(', ')}`;
  const now = after.length === 0 ? [] : [`it does not show the tables ${after.join(', ')}, of which nft lists rules`];
  const why = [...listing.why.filter((one) => one !== said), ...now];
  return { ...listing, why, state: why.length === 0 ? 'whole' : 'part' };
}

/**
 * nft lists every table of iptables-nft: what a listing by iptables leaves out is in it, or is not there.
 * @param sources what was read of each kind; the listing of iptables is told to be whole, or part, as nft shows it to be.
 */
export function knownByNft(
  rulesets: readonly Ruleset[],
  nft: NftRuleset | undefined,
  sources: Map<SourceKind, Listing>,
): readonly Ruleset[] {
  if (nft === undefined || sources.get('nft')?.state !== 'whole') return rulesets;
  return rulesets.map((ruleset) => {
    const { unlisted: before = [], ...rest } = ruleset;
    const after = shownByNft(ruleset, nft);
    if (before.length === 0 ? after.length === 0 : !isOfNft(ruleset, nft)) return ruleset;
    const kind = ruleset.family === 4 ? 'iptables' : 'ip6tables';
    const listing = sources.get(kind);
    // a blank listing is not believed as a whole where nft shows rules
    if (listing?.blank === true) return ruleset;
    if (listing !== undefined) sources.set(kind, toldAnew(listing, before, after));
    return { ...rest, backend: 'nft', ...(after.length > 0 && { unlisted: after }) };
  });
}

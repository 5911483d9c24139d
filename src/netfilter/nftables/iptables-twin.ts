import type { Ruleset } from '../../model/netfilter.js';
import type { NftChain, NftRule, NftRuleset, NftTable } from './ast.js';
import type { Contradiction } from './reconcile.js';

/** Every rule that iptables-nft writes counts its packets; nobody else has to (nft_rule_append). */
function mayBeIptables(rule: NftRule): boolean {
  return rule.xt || rule.statements.some((statement) => statement.kind === 'counter' && statement.name === undefined);
}

/** The place of each rule in the listing of iptables-save; none for the native rules among them. */
function places(rules: readonly NftRule[], listed: number): readonly (number | undefined)[] | undefined {
  if (rules.length === listed) return rules.map((_, i) => i);
  if (rules.filter(mayBeIptables).length !== listed) return undefined;
  let next = 0;
  return rules.map((rule) => (mayBeIptables(rule) ? next++ : undefined));
}

function chainTwin(table: NftTable, chain: NftChain, rulesets: readonly Ruleset[], told: Contradiction[]): NftChain {
  const family = table.family === 'ip' ? 4 : 6;
  const listing = rulesets.find((ruleset) => ruleset.family === family && ruleset.backend !== 'legacy');
  const tables: ReadonlyMap<string, { readonly chains: ReadonlyMap<string, { readonly rules: readonly unknown[] }> }> | undefined =
    listing?.tables;
  const twin = tables?.get(table.name)?.chains.get(chain.name);
  if (listing === undefined || twin === undefined) return chain;
  const found = places(chain.rules, twin.rules.length);
  if (found !== undefined) return { ...chain, iptables: found };
  told.push({
    rule: chain.origin,
    text: `chain ${chain.name}`,
    message: `chain ${table.family} ${table.name} ${chain.name} has ${chain.rules.length} rules here and ${twin.rules.length} in ${listing.file}: the two listings were taken at different times, or native rules stand among those of iptables`,
  });
  return chain;
}

/**
 * Tables that iptables-nft made are in both listings: nft's has their handles, iptables-save their meaning.
 * @returns the rule set whose chains tell which rule of iptables-save each of their rules is.
 */
export function withIptables(
  nft: NftRuleset,
  rulesets: readonly Ruleset[],
): { readonly ruleset: NftRuleset; readonly contradictions: readonly Contradiction[] } {
  const told: Contradiction[] = [];
  const tables = nft.tables.map((table): NftTable => {
    if (table.family !== 'ip' && table.family !== 'ip6') return table;
    const chains = new Map([...table.chains].map(([name, chain]) => [name, chainTwin(table, chain, rulesets, told)]));
    return { ...table, chains };
  });
  return { ruleset: { ...nft, tables }, contradictions: told };
}

import type { Ruleset } from '../../model/netfilter.js';
import type { NftRuleset } from '../../model/nftables/ruleset.js';
import type { Origin } from '../../model/origin.js';

/** A base chain that hangs in a hook. */
export interface NativeBaseChain {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly hook: string;
  readonly priority: number;
  readonly policy: string;
  readonly rules: number;
  readonly origin: Origin;
}

/** @returns every base chain that hangs in a hook, with the number of its rules, those that iptables-nft made included. */
export function baseChainsOf({ tables }: NftRuleset): readonly NativeBaseChain[] {
  return tables
    .filter((table) => table.dormant !== true)
    .flatMap((table) =>
      [...table.chains.values()].flatMap(({ name, base, rules, origin }) =>
        base === undefined
          ? []
          : [
              {
                family: table.family,
                table: table.name,
                chain: name,
                hook: base.hook,
                priority: base.priority,
                policy: base.policy,
                rules: rules.length,
                origin,
              },
            ],
      ),
    );
}

/** The listings of a namespace that tell of its rules. */
interface Listed {
  readonly nftables?: NftRuleset;
  readonly rulesets: readonly Ruleset[];
}

/** @returns base chains of a namespace that no iptables listing shows. */
export function nativeBaseChains({ nftables, rulesets }: Listed): readonly NativeBaseChain[] {
  if (nftables === undefined) return [];
  const shown = new Set(
    rulesets
      .filter((ruleset) => ruleset.backend !== 'legacy')
      .flatMap((ruleset) =>
        [...ruleset.tables.values()].flatMap((table) =>
          [...table.chains.keys()].map((chain) => `${ruleset.family === 4 ? 'ip' : 'ip6'} ${table.name} ${chain}`),
        ),
      ),
  );
  return baseChainsOf(nftables).filter((chain) => !shown.has(`${chain.family} ${chain.table} ${chain.chain}`));
}

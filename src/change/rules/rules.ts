import type { Host } from '../../model/host.js';
import type { NftTable } from '../../model/nftables/ruleset.js';
import type { Chain, Rule, Ruleset, Table } from '../../model/netfilter.js';
import { HOST_NETNS } from '../../model/netns.js';
import { withNetns } from '../change.js';

/** Where a rule stands. */
export interface RulePlace {
  readonly set: Ruleset;
  readonly table: Table;
  readonly chain: Chain;
}

/** @returns the host with only those rules of its own namespace that `keep` says; chains that lose none stay as they are. */
export function keepRules(host: Host, keep: (rule: Rule, place: RulePlace) => boolean): Host {
  const chainOf = (chain: Chain, place: Omit<RulePlace, 'chain'>): Chain => {
    const rules = chain.rules.filter((rule) => keep(rule, { ...place, chain }));
    return rules.length === chain.rules.length ? chain : { ...chain, rules };
  };
  const tableOf = (table: Table, set: Ruleset): Table => ({
    ...table,
    chains: new Map([...table.chains].map(([name, chain]) => [name, chainOf(chain, { set, table })])),
  });
  return withNetns(host, HOST_NETNS, (netns) => ({
    ...netns,
    rulesets: netns.rulesets.map((set) => ({
      ...set,
      tables: new Map([...set.tables].map(([name, table]) => [name, tableOf(table, set)])),
    })),
  }));
}

/** @returns the host without some of its native tables. */
export function keepTables(host: Host, keep: (table: NftTable) => boolean): Host {
  return withNetns(host, HOST_NETNS, (netns) =>
    netns.nftables === undefined ? netns : { ...netns, nftables: { ...netns.nftables, tables: netns.nftables.tables.filter(keep) } },
  );
}

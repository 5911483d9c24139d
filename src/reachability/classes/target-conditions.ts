import { familyOf, type Family } from '../../address/ip.js';
import type { Table } from '../../model/netfilter.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import type { Condition } from './partition.js';

/** @returns the addresses that rules translate to: a connection that has one already counts as not translated (nf_nat_setup_info). */
export function* targetConditions(nat: Table | undefined, family: Family): Generator<Condition> {
  if (nat === undefined) return;
  const facts = factsIn(nat, family);
  for (const chain of nat.chains.values())
    for (const rule of chain.rules)
      for (const { addresses } of facts.of(rule).translates)
        if (addresses !== undefined && familyOf(addresses[0]) === family) yield [addresses];
}

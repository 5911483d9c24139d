import type { NftChain, NftRule, NftTable } from '../../model/nftables/ruleset.js';
import { factsOf, type RuleFacts } from '../facts.js';
import type { Predicate } from '../predicate/predicate.js';
import { compileNftRule, TableSets } from './compile/index.js';

/** A native rule where it stands, with what it asks and does. */
export interface NativeRuleFacts {
  readonly table: NftTable;
  readonly chain: NftChain;
  readonly rule: NftRule;
  readonly predicate: Predicate;
  readonly facts: RuleFacts;
}

/** @returns the rules of tables that no listing of iptables has as well, compiled one at a time. */
export function* nativeRuleFacts(tables: readonly NftTable[]): Generator<NativeRuleFacts> {
  for (const table of tables) {
    const sets = new TableSets(table);
    for (const chain of table.chains.values())
      for (const [i, rule] of chain.rules.entries()) {
        if (chain.iptables?.[i] !== undefined) continue;
        const compiled = compileNftRule(rule, table, sets);
        yield { table, chain, rule, predicate: compiled.predicate, facts: factsOf(compiled) };
      }
  }
}

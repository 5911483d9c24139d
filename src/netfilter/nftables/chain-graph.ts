import type { NftChain, NftRule, NftSet, NftTable } from '../../model/nftables/ruleset.js';
import { ChainGraph, type Jump } from '../chain-graph.js';
import { ledTo } from './jumps.js';

function* jumpsOf(table: NftTable): Generator<Jump<NftChain, NftRule>> {
  for (const chain of table.chains.values())
    for (const [position, rule] of chain.rules.entries()) for (const to of ledTo(rule, table)) yield { rule, chain, position, to };
}

/** The chains of a native table; its base chains are what hooks call. */
export type NftGraph = ChainGraph<NftChain, NftRule>;

const made = new WeakMap<NftTable, NftGraph>();

/** @returns the graph of a native table's chains, found out once. A dormant table has no hooks. */
export function nftGraph(table: NftTable): NftGraph {
  let graph = made.get(table);
  if (graph === undefined) {
    const bases = [...table.chains.values()].flatMap(({ name, base }) => (base === undefined || table.dormant === true ? [] : [name]));
    made.set(table, (graph = new ChainGraph(jumpsOf(table), bases)));
  }
  return graph;
}

/**
 * @returns whether the listing shows all that may lead to a chain of the table: of a chain that is not listed whole, or of a verdict
 *   map whose entries are not all shown or may change, nobody knows where it leads.
 */
export function showsAllJumps(table: NftTable): boolean {
  const isOpen = ({ data, flags, incomplete }: NftSet): boolean =>
    Array.isArray(data) && data.includes('verdict') && (incomplete === true || flags.includes('dynamic') || flags.includes('timeout'));
  return (
    !table.incomplete &&
    ![...table.chains.values()].some(({ incomplete, rules }) => incomplete === true || rules.some(({ errors }) => errors.length > 0)) &&
    ![...table.sets.values()].some(isOpen)
  );
}

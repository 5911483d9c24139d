import type { Machine } from '../../datapath/index.js';
import type { Chain, Rule, Ruleset, Table } from '../../model/netfilter.js';
import type { NftChain, NftRule, NftTable } from '../../model/nftables/ruleset.js';
import type { RuleHit, Step } from '../../model/trace.js';

type TableStep = Extract<Step, { kind: 'table' }>;

/** A rule of iptables, or its chain's policy where no rule decided, with the listing it stands in. */
export interface ListedPlace {
  readonly kind: 'iptables';
  readonly ruleset: Ruleset;
  readonly table: Table;
  readonly chain: Chain;
  readonly rule: Rule | undefined;
}

/** The same of a native rule. */
export interface NativePlace {
  readonly kind: 'nftables';
  readonly table: NftTable;
  readonly chain: NftChain;
  readonly rule: NftRule | undefined;
}

function listed(machine: Machine, step: TableStep, hit: RuleHit | undefined): ListedPlace | undefined {
  const at = hit?.line ?? step.origin?.line;
  const file = hit?.file ?? step.origin?.file;
  for (const ruleset of machine.namespaces.get(step.netns)?.netns.rulesets ?? []) {
    if (ruleset.family !== step.family) continue;
    const table = [...ruleset.tables.values()].find(({ name }) => name === step.table);
    const chain = table?.chains.get(hit?.chain ?? step.hook);
    if (table === undefined || chain === undefined) continue;
    if (hit === undefined && chain.origin.file === file && chain.origin.line === at)
      return { kind: 'iptables', ruleset, table, chain, rule: undefined };
    const rule = chain.rules.find(({ origin }) => origin.line === at && origin.file === file);
    if (rule !== undefined) return { kind: 'iptables', ruleset, table, chain, rule };
  }
  return undefined;
}

function native(machine: Machine, step: TableStep, hit: RuleHit | undefined): NativePlace | undefined {
  const table = machine.namespaces.get(step.netns)?.natives.own.find(({ family, name }) => family === step.nft && name === step.table);
  const chain = table?.chains.get(hit?.chain ?? step.chain ?? '');
  if (table === undefined || chain === undefined) return undefined;
  const rule = hit && chain.rules.find(({ origin, handle }) => origin.line === hit.line && handle === hit.handle);
  return { kind: 'nftables', table, chain, rule };
}

/** @returns where a rule that was met at a table stands, or without one the table's policy; undefined where the snapshot does not hold it as such. */
export function placeOf(machine: Machine, step: TableStep, hit: RuleHit | undefined): ListedPlace | NativePlace | undefined {
  return step.nft === undefined ? listed(machine, step, hit) : native(machine, step, hit);
}

/** @returns the rule that ended a packet's way at a table, or the policy that did. */
export function placeThatStopped(machine: Machine, step: TableStep): ListedPlace | NativePlace | undefined {
  return placeOf(machine, step, step.policy === undefined ? step.hits.at(-1) : undefined);
}

import { type NetnsState, nativeHygieneIn } from '../../datapath/index.js';
import { writerOfTable } from '../../inventory/index.js';
import type { NftChain, NftRule, NftTable } from '../../model/nftables/ruleset.js';
import type { RuleFinding } from '../../netfilter/index.js';
import { nftGraph } from '../../netfilter/nftables/index.js';
import { told } from '../matching/never.js';
import type { Proof } from '../proof.js';
import { deleteChain, deleteRule } from '../remedy/nft-commands.js';

function nameOf(ns: NetnsState, { family, name }: NftTable, chain: string): string {
  return `${ns.isHost ? '' : `${ns.name} `}nftables ${family} ${name} ${chain}`;
}

function deadChain(ns: NetnsState, table: NftTable, chain: NftChain): Proof {
  return {
    object: {
      kind: 'chain',
      name: nameOf(ns, table, chain.name),
      detail: `${chain.rules.length} rules, and nothing leads to the chain`,
      origin: chain.origin,
    },
    cause: 'unused chain',
    traces: [],
    lines: chain.rules.slice(0, 5).map((rule) => ({ text: rule.text, origin: rule.origin, note: 'never asked' })),
    fixes: [{ title: 'Delete the chain', commands: deleteChain(table, chain.name) }],
  };
}

function idle(ns: NetnsState, table: NftTable, chain: NftChain, rule: NftRule, found: RuleFinding): readonly Proof[] {
  const never = told(found);
  if (never === undefined) return [];
  return [
    {
      object: { kind: 'rule', name: `${nameOf(ns, table, chain.name)} ${rule.text}`, detail: never.why, origin: rule.origin },
      cause: never.how,
      traces: [],
      lines: [{ text: rule.text, origin: rule.origin, note: never.why }, ...never.lines],
      fixes: [{ title: 'Delete it', commands: [deleteRule(table, chain.name, rule)] }],
    },
  ];
}

function ofTable(ns: NetnsState, table: NftTable): readonly Proof[] {
  const hygiene = nativeHygieneIn(ns, table);
  // a chain that another chain without a way to it leads to is told of with that one
  const isCalled = (name: string): boolean => nftGraph(table).jumpsTo(name).length > 0;
  return [...table.chains.values()].flatMap((chain): readonly Proof[] => {
    if (chain.iptables !== undefined) return [];
    const [first] = chain.rules;
    const unreached = first !== undefined && hygiene.of(chain.name, first)?.kind === 'unreached';
    if (unreached) return isCalled(chain.name) || table.dormant !== false ? [] : [deadChain(ns, table, chain)];
    return chain.rules.flatMap((rule) => {
      const found = hygiene.of(chain.name, rule);
      return found === undefined ? [] : idle(ns, table, chain, rule, found);
    });
  });
}

/** @returns the native rules of the operator's that no packet can meet, and chains that nothing leads to. Programs' tables are frames of theirs. */
export function idleNatives(ns: NetnsState): { readonly tables: number; readonly proofs: readonly Proof[] } {
  const own = ns.natives.own.filter((table) => writerOfTable(table) === undefined);
  return { tables: own.length, proofs: own.flatMap((table) => ofTable(ns, table)) };
}

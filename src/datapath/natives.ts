import type { Family } from '../address/ip.js';
import type { Netns } from '../model/host.js';
import type { HookName } from '../model/netfilter.js';
import type { NftBase, NftHook, NftTable } from '../model/nftables/ruleset.js';
import type { BaseChain } from '../netfilter/base-chain.js';
import { tracksConnections } from '../netfilter/nftables/compile/index.js';
import type { HookedChain } from './hook-plan.js';
import type { RunnableRule } from './netfilter/compile.js';
import { NativeTable } from './netfilter/native-table.js';

const HOOKS: Readonly<Record<HookName, NftHook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

/** @returns whether packets of a family meet the chains of a table. */
function concerns({ family }: NftTable, packets: Family): boolean {
  return family === 'inet' || family === (packets === 4 ? 'ip' : 'ip6');
}

function infoOf(hook: HookName, { priority, type, policy }: NftBase): BaseChain {
  return { hook, priority, type, policy: policy === 'drop' ? 'DROP' : 'ACCEPT' };
}

/** The native nftables tables of one namespace. */
export class NativeTables {
  private readonly tables: readonly NftTable[];
  private readonly made = new Map<string, NativeTable>();

  constructor(private readonly netns: Netns) {
    this.tables = (netns.nftables?.tables ?? []).filter((table) => !this.isOfIptables(table));
  }

  /** What iptables-nft made stands in iptables-save as well, and is read from there. */
  private isOfIptables({ family, name }: NftTable): boolean {
    const packets = family === 'ip' ? 4 : family === 'ip6' ? 6 : undefined;
    return this.netns.rulesets.some(
      (set) => set.family === packets && set.backend !== 'legacy' && [...set.tables.keys()].some((table) => table === name),
    );
  }

  private tableFor(table: NftTable, family: Family): NativeTable {
    const key = `${family} ${table.family} ${table.name}`;
    let made = this.made.get(key);
    if (made === undefined) this.made.set(key, (made = new NativeTable(table, family, this.netns.name)));
    return made;
  }

  /** @returns where the listing shows a table, counted from 0; -1 where it does not. */
  private place(family: string, name: string): number {
    return (this.netns.nftables?.tables ?? []).findIndex((table) => table.family === family && table.name === name);
  }

  /**
   * Adds the native base chains of a hook to those of iptables.
   * @returns those first that the listing shows last: tables stand in the order in which they were made, and of one priority
   *   the chain registered last runs first (nf_hook_entries_grow).
   */
  among(iptables: readonly HookedChain[], family: Family, hook: HookName): readonly HookedChain[] {
    const natives = this.chainsAt(family, hook);
    if (natives.length === 0) return iptables;
    const own = family === 4 ? 'ip' : 'ip6';
    const placed = [
      ...natives.map((chain) => ({ chain, at: this.place(chain.nft ?? own, chain.name) })),
      ...iptables.map((chain) => ({ chain, at: this.place(own, chain.name) })),
    ];
    return placed.sort((a, b) => b.at - a.at).map(({ chain }) => chain);
  }

  private chainsAt(family: Family, hook: HookName): readonly HookedChain[] {
    if (this.tables.length === 0) return NONE;
    const found: HookedChain[] = [];
    for (const table of this.tables) {
      if (table.dormant || !concerns(table, family)) continue;
      for (const { name, base } of table.chains.values()) {
        if (base?.hook !== HOOKS[hook]) continue;
        const native = this.tableFor(table, family);
        found.push({ info: infoOf(hook, base), table: native, base: native.chain(name)!, name: table.name, nft: table.family });
      }
    }
    return found.reverse();
  }

  /** Whether there is any table that packets of a family meet. */
  has(family: Family): boolean {
    return this.tables.some((table) => concerns(table, family));
  }

  /** @returns every rule that packets of a family may meet, or those of one table alone. */
  *rules(family: Family, only?: { readonly nft: string; readonly table: string }): Generator<RunnableRule> {
    for (const table of this.tables) {
      if (!concerns(table, family) || (only !== undefined && (only.nft !== table.family || only.table !== table.name))) continue;
      yield* this.tableFor(table, family).rules();
    }
  }

  /** Whether a table makes the kernel track connections of a family. */
  tracksConnections(family: Family): boolean {
    return this.tables.some((table) => concerns(table, family) && tracksConnections(table, family));
  }
}

const NONE: readonly HookedChain[] = [];

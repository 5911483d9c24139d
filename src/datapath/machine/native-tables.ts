import type { Family } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { DeviceHook, HookName } from '../../model/netfilter.js';
import type { NftBase, NftChain, NftFamily, NftHook, NftTable } from '../../model/nftables/ruleset.js';
import type { BaseChain, HookPoint } from '../../netfilter/index.js';
import { tracksConnections } from '../../netfilter/nftables/index.js';
import type { HookedChain } from '../hook/hooked-chain.js';
import type { CompiledTable, NativesAmong, RunnableRule } from '../netfilter/compile.js';
import { NativeTable } from '../netfilter/native-table.js';

const HOOKS: Readonly<Record<HookName, NftHook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

/** @returns whether packets of a family meet the chains of a table. */
function concerns({ family }: NftTable, packets: Family): boolean {
  return family === 'inet' || family === 'bridge' || family === 'netdev' || family === (packets === 4 ? 'ip' : 'ip6');
}

/** Whether a table's chains see frames, not what the IP layer does with them. */
const isBelow = ({ family }: NftTable): boolean => family === 'bridge' || family === 'netdev' || family === 'arp';

/** A device by its name, or by the beginning of it before a `*`. */
function names(pattern: string, dev: string): boolean {
  return pattern.endsWith('*') ? dev.startsWith(pattern.slice(0, -1)) : pattern === dev;
}

function infoOf(hook: HookPoint, { priority, type, policy }: NftBase): BaseChain {
  return { hook, priority, type, policy: policy === 'drop' ? 'DROP' : 'ACCEPT' };
}

/** The native nftables tables of one namespace. */
export class NativeTables {
  private readonly tables: readonly NftTable[];
  private readonly made = new Map<string, NativeTable>();

  /** @param listed finds a table as iptables-save lists it. */
  constructor(
    private readonly netns: Netns,
    private readonly listed: (family: Family, name: string) => CompiledTable | undefined,
  ) {
    this.tables = (netns.nftables?.tables ?? []).filter((table) => !this.isOfIptables(table) || hasNatives(table));
  }

  /** @returns what nft alone shows of a table of iptables; undefined where that is nothing. */
  among(family: Family, name: string): NativesAmong | undefined {
    const own = family === 4 ? 'ip' : 'ip6';
    const table = this.tables.find((one) => one.family === own && one.name === name);
    return table && this.tableFor(table, family);
  }

  /** The tables, without those of iptables in which nft shows nothing else. */
  get own(): readonly NftTable[] {
    return this.tables;
  }

  /** Whether there is no table at all. */
  get isEmpty(): boolean {
    return this.tables.length === 0;
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
    if (made === undefined) {
      const listed = this.isOfIptables(table) ? () => this.listed(family, table.name)! : undefined;
      this.made.set(key, (made = new NativeTable(table, family, this.netns.name, listed)));
    }
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
  joined(iptables: readonly HookedChain[], family: Family, hook: HookName): readonly HookedChain[] {
    const natives = this.chainsAt(family, hook);
    if (natives.length === 0) return iptables;
    const own = family === 4 ? 'ip' : 'ip6';
    const placed = [
      ...natives.map((chain) => ({ chain, at: this.place(chain.nft ?? own, chain.name) })),
      ...iptables.map((chain) => ({ chain, at: this.place(own, chain.name) })),
    ];
    return placed.sort((a, b) => b.at - a.at).map(({ chain }) => chain);
  }

  /** @returns the native base chains of a hook that packets of a family meet. */
  chainsAt(family: Family, hook: HookName): readonly HookedChain[] {
    if (this.tables.length === 0) return NONE;
    const found: HookedChain[] = [];
    for (const table of this.tables) {
      if (table.dormant || isBelow(table) || !concerns(table, family)) continue;
      for (const { name, base, iptables: listed } of table.chains.values()) {
        if (base?.hook !== HOOKS[hook] || listed !== undefined) continue;
        const native = this.tableFor(table, family);
        found.push({ info: infoOf(hook, base), table: native, base: native.chain(name)!, name: table.name, nft: table.family });
      }
    }
    return found.reverse();
  }

  /** @returns the chains that frames of a bridge's ports meet at a hook, in order. */
  bridgeChains(family: Family, hook: HookName): readonly HookedChain[] {
    return this.below(family, 'bridge', hook, ({ base }) => base?.hook === HOOKS[hook]);
  }

  /** @returns the chains that frames meet at a device (nf_ingress, nf_hook_egress), in order. */
  deviceChains(family: Family, hook: DeviceHook, dev: string): readonly HookedChain[] {
    const name = hook === 'INGRESS' ? 'ingress' : 'egress';
    const isAt = ({ base }: NftChain): boolean =>
      base?.hook === name && (base.devicesUnseen === true || base.devices.some((device) => names(device, dev)));
    const chains = [...this.below(family, 'netdev', hook, isAt), ...(hook === 'INGRESS' ? this.below(family, 'inet', hook, isAt) : [])];
    return chains.sort((a, b) => a.info.priority - b.info.priority);
  }

  private below(family: Family, of: NftFamily, hook: HookPoint, isAt: (chain: NftChain) => boolean): readonly HookedChain[] {
    if (!this.tables.some((table) => table.family === of && !table.dormant)) return NONE;
    const found: HookedChain[] = [];
    for (const table of this.tables) {
      if (table.family !== of || table.dormant) continue;
      for (const chain of table.chains.values()) {
        if (chain.base === undefined || !isAt(chain)) continue;
        const native = this.tableFor(table, family);
        const anywhere = chain.base.devicesUnseen;
        const base = native.chain(chain.name)!;
        found.push({ info: infoOf(hook, chain.base), table: native, base, name: table.name, nft: of, ...(anywhere && { anywhere: true }) });
      }
    }
    return found.reverse().sort((a, b) => a.info.priority - b.info.priority);
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
    return this.tables.some((table) => !isBelow(table) && concerns(table, family) && tracksConnections(table, family));
  }
}

/** Whether a table of iptables has something in it that iptables-save leaves out or misprints. */
function hasNatives(table: NftTable): boolean {
  return [...table.chains.values()].some(({ base, iptables, misprinted }) => misprinted !== undefined || (base && iptables === undefined));
}

const NONE: readonly HookedChain[] = [];

import type { Family } from '../address/ip.js';
import type { ForeignBaseChain, HookName, TableName } from '../model/netfilter.js';
import type { HookedTable, NetnsState } from './netns-state.js';

/**
 * iptables-nft gives `security` priority 150, behind nat INPUT (its xtables tables in iptables/nft.c); the legacy table has
 * NF_IP_PRI_SECURITY, 50.
 */
type Station = TableName | 'conntrack' | 'confirm' | 'security after nat';

/** Stations of a hook in kernel priority (enum nf_ip_hook_priorities): tables, and conntrack between them. */
export const ORDER: Readonly<Record<HookName, readonly Station[]>> = {
  PREROUTING: ['raw', 'conntrack', 'mangle', 'nat'],
  INPUT: ['mangle', 'filter', 'security', 'nat', 'security after nat', 'confirm'],
  FORWARD: ['mangle', 'filter', 'security'],
  OUTPUT: ['raw', 'conntrack', 'mangle', 'nat', 'filter', 'security'],
  POSTROUTING: ['mangle', 'nat', 'confirm'],
};

/** One station that a namespace really has. */
export type Stage =
  | { readonly kind: 'conntrack' | 'confirm' }
  | { readonly kind: 'nat'; readonly hooked: readonly HookedTable[] }
  | { readonly kind: 'table'; readonly table: TableName; readonly hooked: readonly HookedTable[] };

/** What a hook of one namespace and family is made of, worked out before any packet comes. */
export interface HookPlan {
  readonly stages: readonly Stage[];
  /** Base chains of native nftables tables that could stop a packet. */
  readonly foreign: readonly ForeignBaseChain[];
  /** Whether the snapshot lists the rules of this family, so that nothing has to be asked or noted. */
  readonly listed: boolean;
}

function stageOf(ns: NetnsState, family: Family, hook: HookName, station: Station): Stage | undefined {
  switch (station) {
    case 'conntrack':
      return ns.tracksConnections(family) ? { kind: 'conntrack' } : undefined;
    case 'confirm':
      return { kind: 'confirm' };
    case 'nat':
      return { kind: 'nat', hooked: ns.hook(family, hook, 'nat') };
    case 'security':
    case 'security after nat': {
      const late = station === 'security after nat';
      const all = ns.hook(family, hook, 'security');
      const hooked = hook === 'INPUT' ? all.filter((h) => (h.table.backend === 'nft') === late) : all;
      return hooked.length === 0 ? undefined : { kind: 'table', table: 'security', hooked };
    }
    case 'raw':
    case 'mangle':
    case 'filter': {
      const hooked = ns.hook(family, hook, station);
      return hooked.length === 0 ? undefined : { kind: 'table', table: station, hooked };
    }
  }
}

/** @returns what a packet meets at a hook of a namespace, in order. */
export function planHook(ns: NetnsState, family: Family, hook: HookName): HookPlan {
  return {
    stages: ORDER[hook].flatMap((station) => stageOf(ns, family, hook, station) ?? []),
    foreign: ns.foreignAt(family, hook),
    listed: ns.netns.sources.has(family === 4 ? 'iptables' : 'ip6tables'),
  };
}

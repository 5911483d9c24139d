import type { DeviceHook, HookName, TableName } from '../model/netfilter.js';

/** A hook of the stack; `INGRESS` and `EGRESS` are those of one device (netdev, and ingress of inet). */
export type HookPoint = HookName | DeviceHook;

/** `nat` chains see the first packet of a connection alone; `route` ones route again at output what they changed. */
export type ChainType = 'filter' | 'nat' | 'route';

/** What the kernel knows of a base chain (struct nf_hook_ops, struct nft_base_chain). */
export interface BaseChain {
  readonly hook: HookPoint;
  /** Chains of a hook run from the lowest on. */
  readonly priority: number;
  readonly type: ChainType;
  readonly policy: 'ACCEPT' | 'DROP';
}

/** enum nf_ip_hook_priorities (include/uapi/linux/netfilter_ipv4.h); IPv6 has the same. */
export const PRIORITY = {
  raw: -300,
  conntrack: -200,
  mangle: -150,
  natDst: -100,
  filter: 0,
  security: 50,
  natSrc: 100,
  /** iptables-nft registers its `security` here (xtables tables in iptables/nft.c), behind nat's INPUT. */
  securityNft: 150,
  confirm: 0x7fffffff,
} as const;

/** @returns the priority of nat at a hook (nf_nat_ipv4_ops): all `nat` chains run there, in the order of their own numbers. */
export function natPriority(hook: HookPoint): number {
  return hook === 'PREROUTING' || hook === 'OUTPUT' ? PRIORITY.natDst : PRIORITY.natSrc;
}

/** @returns the priority at which a back end registers one of iptables' tables. */
export function iptablesPriority(table: TableName, hook: HookPoint, backend: 'nft' | 'legacy' | 'unknown'): number {
  switch (table) {
    case 'raw':
      return PRIORITY.raw;
    case 'mangle':
      return PRIORITY.mangle;
    case 'filter':
      return PRIORITY.filter;
    case 'security':
      return backend === 'nft' ? PRIORITY.securityNft : PRIORITY.security;
    case 'nat':
      return natPriority(hook);
  }
}

/** @returns the type of the chain that stands for one of iptables' tables at a hook. */
export function iptablesType(table: TableName, hook: HookPoint): ChainType {
  if (table === 'nat') return 'nat';
  return table === 'mangle' && hook === 'OUTPUT' ? 'route' : 'filter';
}

import type { Netns } from '../../model/host.js';
import type { Family } from '../../address/ip.js';
import type { HookName } from '../../model/netfilter.js';
import { PRIORITY, natPriority } from '../../netfilter/index.js';
import type { HookedChain } from './hooked-chain.js';
import { commute, commutesWithConntrack } from '../netfilter/chain-traits.js';

/** Chains of one priority. No listing tells which was registered last, and so runs first (nf_hook_entries_grow). */
export interface Tied<T> {
  /** In the order that the listing suggests. */
  readonly of: readonly T[];
  /** Whether another order can come to something else. */
  readonly open: boolean;
}

/** One station that a namespace really has. */
export type HookStation =
  | { readonly kind: 'conntrack' | 'confirm' }
  /** `settled`: the chains in their order, where no tie leaves it open. */
  | { readonly kind: 'nat'; readonly chains: readonly Tied<HookedChain>[]; readonly settled: readonly HookedChain[] | undefined }
  | { readonly kind: 'chain'; readonly chain: HookedChain };

/** What a hook of one namespace and family is made of, worked out before any packet comes. */
export interface HookPlan {
  readonly stations: readonly Tied<HookStation>[];
  /** Whether the snapshot lists the rules of this family, so that nothing has to be asked or noted. */
  readonly listed: boolean;
  /** Whether the snapshot lists the native rules of nftables. */
  readonly natives: boolean;
  /** A blank listing that is taken to say that there are no rules. */
  readonly blank: string | undefined;
}

interface Placed<T> {
  readonly priority: number;
  readonly item: T;
}

const HAS_CONFIRM: ReadonlySet<HookName> = new Set<HookName>(['INPUT', 'POSTROUTING']);

const HAS_CONNTRACK: ReadonlySet<HookName> = new Set<HookName>(['PREROUTING', 'OUTPUT']);

/** Sorts by priority; what has one priority stays together, in its own order. */
function inOrder<T>(placed: readonly Placed<T>[], differ: (a: T, b: T) => boolean): readonly Tied<T>[] {
  const groups = new Map<number, T[]>();
  for (const { priority, item } of placed) {
    const group = groups.get(priority);
    if (group === undefined) groups.set(priority, [item]);
    else group.push(item);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, of]) => ({ of, open: of.some((one, i) => of.slice(i + 1).some((other) => differ(one, other))) }));
}

const isNative = ({ nft }: HookedChain): boolean => nft !== undefined;

/** Whether it matters which of two chains of one priority runs first. */
function chainsDiffer(a: HookedChain, b: HookedChain): boolean {
  return (isNative(a) || isNative(b)) && !commute(a, b);
}

function stationsDiffer(a: HookStation, b: HookStation): boolean {
  if (a.kind === 'chain' && b.kind === 'chain') return chainsDiffer(a.chain, b.chain);
  const [chain, other] = a.kind === 'chain' ? [a.chain, b] : b.kind === 'chain' ? [b.chain, a] : [undefined, a];
  if (chain === undefined || !isNative(chain)) return false;
  switch (other.kind) {
    case 'conntrack':
      return !commutesWithConntrack(chain);
    case 'nat':
      return other.chains.some(({ of }) => of.some((one) => !commute(one, chain)));
    case 'confirm':
    case 'chain':
      return false;
  }
}

function natStation(chains: readonly Tied<HookedChain>[]): HookStation {
  const settled = chains.some(({ open }) => open) ? undefined : chains.flatMap(({ of }) => of);
  return { kind: 'nat', chains, settled };
}

/** A namespace, as far as its hooks go. */
interface Hooks {
  readonly netns: Pick<Netns, 'sources' | 'rulesets' | 'nftables'>;
  chainsAt(family: Family, hook: HookName): readonly HookedChain[];
  tracksConnections(family: Family): boolean;
}

/** @returns what a packet meets at a hook of a namespace, in order. */
export function planHook(ns: Hooks, family: Family, hook: HookName): HookPlan {
  const chains = ns.chainsAt(family, hook);
  const placed: Placed<HookStation>[] = [];
  if (HAS_CONNTRACK.has(hook) && ns.tracksConnections(family)) placed.push({ priority: PRIORITY.conntrack, item: { kind: 'conntrack' } });
  const nat = chains.filter(({ info }) => info.type === 'nat').map((item) => ({ priority: item.info.priority, item }));
  if (hook !== 'FORWARD') placed.push({ priority: natPriority(hook), item: natStation(inOrder(nat, chainsDiffer)) });
  for (const chain of chains) if (chain.info.type !== 'nat') placed.push({ priority: chain.info.priority, item: { kind: 'chain', chain } });
  if (HAS_CONFIRM.has(hook)) placed.push({ priority: PRIORITY.confirm, item: { kind: 'confirm' } });
  const listing = ns.netns.sources.get(family === 4 ? 'iptables' : 'ip6tables');
  return {
    stations: inOrder(placed, stationsDiffer),
    blank: listing?.takenEmpty === true ? listing.file : undefined,
    listed:
      listing !== undefined && !ns.netns.rulesets.some((set) => set.family === family && (set.unlisted ?? set.legacyUnseen) !== undefined),
    natives: ns.netns.sources.get('nft')?.state === 'whole' && ns.netns.nftables?.incomplete !== true && ns.netns.nftables?.unread !== true,
  };
}

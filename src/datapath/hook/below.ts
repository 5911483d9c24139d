import type { DeviceHook, HookName } from '../../model/netfilter.js';
import type { HookPoint } from '../../netfilter/index.js';
import type { Fate } from '../walk/fate.js';
import { fateOf } from './fate.js';
import type { HookedChain } from './hooked-chain.js';
import { StateKeys, stateOf } from '../netfilter/branches/packet-state.js';
import { runTable } from '../netfilter/table.js';
import { MissingListing } from '../walk/missing-listing.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

const ALL_BITS = { mark: 0xffffffff, connmark: 0xffffffff } as const;

interface Devices {
  readonly in: string;
  readonly out: string;
}

/** @param forward sends the frame by another device. */
function pass<Handed = never>(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  hook: HookPoint,
  chains: readonly HookedChain[],
  devices: Devices,
  forward?: (dev: string) => Handed,
): Fate | Handed | undefined {
  for (const chain of chains) {
    const context = { skb, ns, hook, ...devices, frame: true as const, changes: walk.setChanges, questions: [], ports: walk.ports };
    const { mark } = skb.packet;
    const before = chain.anywhere === true ? stateOf(context) : undefined;
    const result = runTable(chain.table, chain.base, context, walk.oracle);
    if (before !== undefined) {
      const keys = new StateKeys(ALL_BITS);
      if (result.verdict.kind === 'accept' && keys.of(before) === keys.of(stateOf(context))) continue;
      throw new MissingListing(
        `which devices the chain ${chain.base.name} of ${chain.nft} ${chain.name} is of, which the text of \`nft list ruleset\` shows`,
      );
    }
    walk.table(context, chain, result, mark);
    if (result.verdict.kind === 'fwd' && forward !== undefined) return forward(result.verdict.dev);
    // below the IP layer nobody hears of a drop
    const fate = fateOf(ns, skb, { hook: 'FORWARD', ...devices }, chain, result);
    if (fate !== undefined) return fate;
  }
  return undefined;
}

/** NF_BR_PRI_BRNF: where br_netfilter hands a frame to the rules of IP. */
const BRNF = 0;

/** nf_hook_slow for frames between the ports of a bridge (NF_BR_*): chains of family bridge, which need no br_netfilter. */
export function bridgeHook(walk: Walk, ns: NetnsState, skb: Skb, hook: HookName, devices: Devices): Fate | undefined {
  const chains = ns.natives.bridgeChains(skb.packet.family, hook);
  return chains.length === 0 ? undefined : pass(walk, ns, skb, hook, chains, devices);
}

/**
 * The same where br_netfilter has a hook there as well (br_nf_pre_routing, br_nf_forward): chains of a priority above its own see the
 * frame as the rules of IP left it (br_nf_hook_thresh).
 */
export function bridgeHookAround(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  hook: HookName,
  devices: Devices,
  brNetfilter: () => Fate | undefined,
): Fate | undefined {
  const chains = ns.natives.bridgeChains(skb.packet.family, hook);
  if (chains.length === 0) return brNetfilter();
  const before = chains.filter(({ info }) => info.priority <= BRNF);
  const behind = chains.filter(({ info }) => info.priority > BRNF);
  return pass(walk, ns, skb, hook, before, devices) ?? brNetfilter() ?? pass(walk, ns, skb, hook, behind, devices);
}

/**
 * nf_ingress, nf_hook_egress: chains of one device, before any other hook sees a frame that comes in, behind all for one that leaves.
 * @param forward carries out `fwd`, which only these hooks know.
 */
export function deviceHook<Handed>(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  hook: DeviceHook,
  dev: string,
  forward: (dev: string) => Handed,
): Fate | Handed | undefined {
  const chains = ns.natives.deviceChains(skb.packet.family, hook, dev);
  const devices = hook === 'INGRESS' ? { in: dev, out: '' } : { in: '', out: dev };
  return chains.length === 0 ? undefined : pass(walk, ns, skb, hook, chains, devices, forward);
}

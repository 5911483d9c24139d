import type { DeviceHook, HookName } from '../model/netfilter.js';
import type { HookPoint } from '../netfilter/base-chain.js';
import type { Fate } from './fate.js';
import { fateOf } from './hook-fate.js';
import type { HookedChain } from './hook-plan.js';
import { runTable } from './netfilter/table.js';
import type { NetnsState } from './netns-state.js';
import type { Skb } from './skb.js';
import type { Walk } from './walk.js';

interface Devices {
  readonly in: string;
  readonly out: string;
}

function pass(walk: Walk, ns: NetnsState, skb: Skb, hook: HookPoint, chains: readonly HookedChain[], devices: Devices): Fate | undefined {
  for (const chain of chains) {
    const context = { skb, ns, hook, ...devices, changes: walk.setChanges, questions: [], ports: walk.ports };
    const { mark } = skb.packet;
    const result = runTable(chain.table, chain.base, context, walk.oracle);
    walk.table(context, chain, result, mark);
    // below the IP layer nobody hears of a drop
    const fate = fateOf(ns, skb, { hook: 'FORWARD', ...devices }, chain, result);
    if (fate !== undefined) return fate;
  }
  return undefined;
}

/** nf_hook_slow for frames between the ports of a bridge (NF_BR_*): chains of family bridge, which need no br_netfilter. */
export function bridgeHook(walk: Walk, ns: NetnsState, skb: Skb, hook: HookName, devices: Devices): Fate | undefined {
  const chains = ns.natives.bridgeChains(skb.packet.family, hook);
  return chains.length === 0 ? undefined : pass(walk, ns, skb, hook, chains, devices);
}

/** nf_ingress, nf_hook_egress: chains of one device, before any other hook sees a frame that comes in, behind all for one that leaves. */
export function deviceHook(walk: Walk, ns: NetnsState, skb: Skb, hook: DeviceHook, dev: string): Fate | undefined {
  const chains = ns.natives.deviceChains(skb.packet.family, hook, dev);
  const devices = hook === 'INGRESS' ? { in: dev, out: '' } : { in: '', out: dev };
  return chains.length === 0 ? undefined : pass(walk, ns, skb, hook, chains, devices);
}

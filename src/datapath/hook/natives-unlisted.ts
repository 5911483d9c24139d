import { nativeRulesOf } from '../../inventory/index.js';
import type { Assumption } from '../../model/assumption.js';
import type { Fate } from '../walk/fate.js';
import type { HookPlace } from './place.js';
import { mayTranslate } from './unlisted.js';
import { MissingListing } from '../walk/missing-listing.js';
import { nativesAssumed } from './natives-assumed.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

/** Docker's resolver in a container's namespace (libnetwork, resolverIPSandbox): its port is translated by rules there. */
const RESOLVER = 0x7f00000b;

/**
 * Says that native rules which nothing tells of are taken to be none: once for all namespaces on the way.
 * @returns nothing where each of them lists its own.
 */
export function nativesTaken({ unseenNatives }: Pick<Walk, 'unseenNatives'>): readonly Assumption[] {
  if (unseenNatives.size === 0) return [];
  const list = [...unseenNatives];
  const names = list.map((ns) => ns.name).join(', ');
  const files = list.map((ns) => `${ns.directory}/nft-ruleset.json`).join(', ');
  return [nativesAssumed(names, list.length, files)];
}

/** Native rules that the snapshot does not show: where something tells of them, they may do all that rules can do. */
export function nativesNotListed(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace): Fate | undefined {
  const known = nativeRulesOf(walk.machine.host, ns.name);
  switch (known.kind) {
    case 'shown':
      return undefined;
    case 'assumed':
      walk.unseenNatives.add(ns);
      return undefined;
    case 'resolver':
    case 'open': {
      if (known.kind === 'resolver' && skb.packet.dst !== RESOLVER) return undefined;
      const file = `${ns.directory}/nft-ruleset.json`;
      const detail = `the native nftables rules of ${ns.name}, which ${file} (\`nft -j list ruleset\`) would show: ${known.sign}`;
      const origin = { file, line: 0 };
      const drop = { category: 'missing', yes: 'nft=open', no: 'nft=drop', usual: true, detail } as const;
      if (!walk.askOnce(`${file} drop`, drop, origin))
        return { kind: 'lost', ns, why: { kind: 'rules-not-listed', what: detail, one: false }, origin };
      if (!mayTranslate(ns, skb, place)) return undefined;
      const translate = { category: 'missing', yes: 'nft=as-is', no: 'nft=translated', usual: true, detail } as const;
      if (!walk.askOnce(`${file} translate`, translate, origin)) throw new MissingListing(detail);
      return undefined;
    }
  }
}

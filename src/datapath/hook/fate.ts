import { PROTO } from '../../model/packet.js';
import type { RuleHit } from '../../model/trace.js';
import type { Fate } from '../walk/fate.js';
import type { HookPlace } from './place.js';
import type { HookedChain } from './hooked-chain.js';
import type { TableRun } from '../netfilter/table.js';
import { MissingListing } from '../walk/missing-listing.js';
import { isTransparent } from '../netfilter/socket.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Reason } from '../reasons/reason.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

function byRule(ns: NetnsState, { nft, name }: HookedChain, hit: RuleHit, does: 'drops' | 'rejects'): Reason {
  return { kind: 'rule', rule: hit.rule, netns: ns.name, nft, table: name, chain: hit.chain, does };
}

/** Turns a table's verdict into the end of the way, or undefined where the packet goes on. */
export function fateOf(ns: NetnsState, skb: Skb, place: HookPlace, chain: HookedChain, result: TableRun): Fate | undefined {
  const { verdict } = result;
  const local = place.hook === 'OUTPUT' || place.hook === 'POSTROUTING' ? ({ errno: 'EPERM' } as const) : {};
  switch (verdict.kind) {
    case 'accept':
    case 'track':
      return undefined;
    case 'unseen':
      throw new MissingListing(verdict.detail);
    case 'fwd':
      throw new MissingListing(`what becomes of the packet that \`${verdict.by.rule}\` hands to ${verdict.dev}`);
    case 'reject': {
      const why = byRule(ns, chain, verdict.by, 'rejects');
      return { kind: 'refused', ns, skb, with: verdict.with, hook: place.hook, dev: place.in, why, origin: originOf(verdict.by) };
    }
    case 'drop':
      if (verdict.by === undefined) {
        const why = { kind: 'chain-policy', netns: ns.name, nft: chain.nft, table: chain.name, chain: chain.base.name } as const;
        return { kind: 'lost', ns, why, origin: result.base, ...local };
      }
      return { kind: 'lost', ns, why: byRule(ns, chain, verdict.by, 'drops'), origin: originOf(verdict.by), ...(!verdict.later && local) };
  }
}

export const originOf = (hit: { readonly file: string; readonly line: number }): { file: string; line: number } => ({
  file: hit.file,
  line: hit.line,
});

/** tproxy_tg4, tproxy_tg6: without a transparent socket to give it to, the packet is dropped. */
export function tproxyStation(walk: Walk, ns: NetnsState, skb: Skb, dev: string, result: TableRun): Fate | undefined {
  if (result.verdict.kind !== 'track' || result.verdict.action.kind !== 'tproxy') return undefined;
  const { action, by } = { action: result.verdict.action, by: result.verdict.by };
  const { packet } = skb;
  const own = ns.interfaces.get(dev)?.addresses.find((a) => typeof a.ip === typeof packet.dst && !a.flags.includes('secondary'))?.ip;
  skb.tproxy = { ip: action.ip ?? own ?? packet.dst, port: action.port === 0 ? packet.dport : action.port };
  if (action.port !== 0) walk.ports?.introduced(action.port);
  walk.ports?.lookedUp(skb.tproxy.port, ns.sockets.usedPorts);
  const found = ns.sockets.listener(packet.proto === PROTO.TCP ? 'tcp' : 'udp', skb.tproxy.ip, skb.tproxy.port, dev);
  const isFound = found !== undefined || !ns.netns.sources.has('sockets');
  if (!isFound || !walk.oracle.ask(isTransparent(skb.tproxy.port))) {
    return { kind: 'lost', ns, why: { kind: 'no-socket-for-tproxy', rule: by.rule, ...skb.tproxy }, origin: originOf(by) };
  }
  packet.mark = ((packet.mark & ~action.mask) ^ action.mark) >>> 0;
  return undefined;
}

import type { Action } from '../../netfilter/index.js';
import type { IpSetMember } from '../../model/netfilter.js';
import type { MatchContext } from './context.js';
import { applyNativeEffect } from './native-effects.js';
import { noteSetTarget } from './set-key.js';

/** connmark_tg_shift without shifts: set, save and restore between the packet's mark and the connection's. */
function connmark(action: Extract<Action, { kind: 'connmark' }>, { skb }: MatchContext): void {
  const connection = skb.ct?.connection;
  if (connection === undefined) return;
  const { packet } = skb;
  switch (action.op) {
    case 'set':
      connection.mark = ((connection.mark & ~action.ctmask) ^ action.value) >>> 0;
      break;
    case 'save':
      connection.mark = ((connection.mark & ~action.ctmask) ^ (packet.mark & action.nfmask)) >>> 0;
      break;
    case 'restore':
      packet.mark = ((packet.mark & ~action.nfmask) ^ (connection.mark & action.ctmask)) >>> 0;
      break;
  }
}

/** Puts the mark of a set's entry on a packet, where it has an entry. */
export function applyMark({ skb: { packet } }: MatchContext, mark: IpSetMember['skbmark']): void {
  if (mark !== undefined) packet.mark = ((packet.mark & ~mark.mask) ^ mark.value) >>> 0;
}

/** Carries out what a target changes in the packet or its connection before the next rule is tried. */
export function applyPacketAction(action: Action, context: MatchContext): void {
  const { skb } = context;
  const { packet } = skb;
  switch (action.kind) {
    case 'mark':
      packet.mark = ((packet.mark & ~action.mask) ^ action.value) >>> 0;
      break;
    case 'connmark':
      connmark(action, context);
      break;
    case 'ttl':
      packet.ttl =
        action.op === 'set'
          ? action.value
          : action.op === 'inc'
            ? Math.min(255, packet.ttl + action.value)
            : Math.max(0, packet.ttl - action.value);
      break;
    case 'tos':
      packet.tos = ((packet.tos & ~action.mask) ^ action.value) & 0xff;
      break;
    case 'ct':
      // xt_ct_target: a packet that has its entry or a template already keeps it
      if (skb.ct !== undefined || skb.template !== undefined || skb.untracked) break;
      if (action.notrack) skb.untracked = true;
      else skb.template = action.zone ?? { id: 0, dir: 'both' };
      break;
    case 'set':
      noteSetTarget(action, context);
      break;
    case 'write':
    case 'notrack':
    case 'update':
    case 'tproxy-to':
      applyNativeEffect(action, context);
      break;
    case 'accept':
    case 'drop':
    case 'return':
    case 'jump':
    case 'goto':
    case 'reject':
    case 'nat':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'tproxy':
    case 'map-mark':
    case 'continue':
    case 'gap':
    case 'unknown':
    case 'sequence':
    case 'vmap':
    case 'nat-by':
    case 'fwd':
    case 'flow':
      break;
  }
}

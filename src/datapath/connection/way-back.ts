import { invert, sameTuple, tupleOf } from '../conntrack/conntrack.js';
import type { Tuple } from '../conntrack/entry.js';
import type { Fate } from '../walk/fate.js';
import { endpointText } from '../walk/packet-text.js';
import type { Reason } from '../reasons/reason.js';
import { resultOf, type Client, type Result } from './question.js';

/** Whether an answer that ended here is the one the client waits for. */
export function reaches(client: Client, fate: Fate, sent: Tuple): boolean {
  if (client.kind === 'netns' ? fate.kind !== 'local' || fate.ns !== client.ns : fate.kind !== 'left') return false;
  if (fate.kind !== 'local' && fate.kind !== 'left') return false;
  const { skb } = fate;
  if (skb.related !== undefined) return sameTuple(skb.related, sent);
  // ping knows its replies by their id, from whatever address they come
  if (skb.packet.icmpType >= 0) return skb.packet.dst === sent.src && skb.packet.dport === sent.sport;
  return sameTuple(skb.demuxed ?? tupleOf(skb.packet), invert(sent)) || sameTuple(tupleOf(skb.packet), invert(sent));
}

/** Why an answer did not arrive. */
function lostOnTheWayBack(fate: Exclude<Fate, { kind: 'missing' }> | undefined, sent: Tuple): Reason {
  if (fate === undefined) return { kind: 'reply-not-sent' };
  switch (fate.kind) {
    case 'local':
    case 'left': {
      const { packet } = fate.skb;
      const netns = fate.ns.name;
      const icmp = packet.icmpType >= 0;
      const from = endpointText(packet.src, packet.sport, icmp);
      if (fate.kind === 'left' && packet.src === sent.dst && (icmp || packet.sport === sent.dport))
        return { kind: 'reply-astray', as: 'wrong place', netns, dev: fate.dev, dst: packet.dst };
      if (fate.kind === 'left')
        return { kind: 'reply-astray', as: 'wrong source', netns, dev: fate.dev, from, awaited: endpointText(sent.dst, sent.dport, icmp) };
      return { kind: 'reply-astray', as: 'unexpected', netns, from };
    }
    case 'lost':
    case 'refused':
    case 'local-error':
    case 'no-neighbour':
      return { kind: 'reply-lost', since: fate.why };
  }
}

/** @returns what the client sees of an answer that is not the one it waits for. */
export function backOf(fate: Fate | undefined, sent: Tuple): Result {
  if (fate?.kind === 'missing') return resultOf('unknown', { kind: 'missing', what: fate.what, where: 'back' }, sent);
  const origin =
    fate !== undefined && (fate.kind === 'lost' || fate.kind === 'refused' || fate.kind === 'local-error') ? fate.origin : undefined;
  return resultOf('timeout', lostOnTheWayBack(fate, sent), sent, origin);
}

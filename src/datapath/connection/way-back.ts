import { formatIp } from '../../address/ip.js';
import { invert, sameTuple, tupleOf, type Tuple } from '../conntrack.js';
import type { Fate } from '../fate.js';
import { endpointText } from '../nat.js';
import { resultOf, type Client, type Result } from './question.js';

/** Whether an answer that ended here is the one the client waits for. */
export function reaches(client: Client, fate: Fate, sent: Tuple): boolean {
  if (client.kind === 'netns' ? fate.kind !== 'local' || fate.ns !== client.ns : fate.kind !== 'left') return false;
  if (fate.kind !== 'local' && fate.kind !== 'left') return false;
  const { skb } = fate;
  if (skb.related !== undefined) return sameTuple(skb.related, sent);
  // ping knows its replies by their id, from whatever address they come
  if (skb.packet.icmpType >= 0) return skb.packet.dst === sent.src && skb.packet.dport === sent.sport;
  return sameTuple(tupleOf(skb.packet), invert(sent));
}

/** Why an answer did not arrive, in one sentence about the way back. */
function lostOnTheWayBack(fate: Fate | undefined, sent: Tuple): string {
  const head = 'the answer is lost on the way back: ';
  if (fate === undefined) return `${head}the kernel sends none`;
  switch (fate.kind) {
    case 'local':
    case 'left': {
      const { packet } = fate.skb;
      const icmp = packet.icmpType >= 0;
      const from = endpointText(packet.src, packet.sport, icmp);
      if (fate.kind === 'left' && packet.src === sent.dst && (icmp || packet.sport === sent.dport))
        return `${head}it leaves ${fate.ns.name} by ${fate.dev} towards ${formatIp(packet.dst)}, which is not where the client is`;
      if (fate.kind === 'left')
        return `${head}it leaves ${fate.ns.name} by ${fate.dev} from ${from}, and the client waits for one from ${endpointText(sent.dst, sent.dport, icmp)}`;
      return `${head}it comes to ${fate.ns.name} from ${from}, where nothing waits for it`;
    }
    case 'lost':
    case 'refused':
    case 'local-error':
    case 'no-neighbour':
      return head + fate.why;
    case 'missing':
      return `${head}the snapshot lacks ${fate.what}`;
  }
}

/** @returns what the client sees of an answer that is not the one it waits for. */
export function backOf(fate: Fate | undefined, sent: Tuple): Result {
  if (fate?.kind === 'missing') return resultOf('unknown', `the way back depends on what the snapshot lacks: ${fate.what}`, sent);
  const origin =
    fate !== undefined && (fate.kind === 'lost' || fate.kind === 'refused' || fate.kind === 'local-error') ? fate.origin : undefined;
  return resultOf('timeout', lostOnTheWayBack(fate, sent), sent, origin);
}

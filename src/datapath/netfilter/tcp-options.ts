import type { Range } from '../../address/ranges.js';
import { PROTO, TCP_FLAG } from '../../model/packet.js';
import { tri, Tri, type Test } from './context.js';
import { within } from './within.js';

/** Options of a SYN as Linux writes it, to which its length of 40 bytes belongs: segment size, SACK, timestamps, a byte of nothing, window scale. */
const SYN_OPTIONS = [1, 2, 3, 4, 8];

/** tcp_find_option: any of the packet's options. */
export function tcpOptionTest(ranges: readonly Range[]): Test {
  const found = tri(SYN_OPTIONS.some((kind) => within(kind, ranges)));
  return ({ skb: { packet } }) => (packet.proto === PROTO.TCP && (packet.tcpFlags & TCP_FLAG.SYN) !== 0 ? found : Tri.No);
}

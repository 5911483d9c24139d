import type { Range } from '../../address/ranges.js';
import { PROTO, TCP_FLAG } from '../../model/packet.js';
import { tri, Tri, type Test } from './context.js';
import { within } from './within.js';

/** Options of a SYN as Linux writes it, to which its length of 40 bytes belongs: segment size, SACK, timestamps, a byte of nothing, window scale. */
const SYN_OPTIONS = [1, 2, 3, 4, 8];
/** Of later segments, to which their 12 bytes belong: timestamps, with two bytes of nothing before them. */
const LATER_OPTIONS = [1, 8];

/** tcp_find_option: any of the packet's options; a reset has none. */
export function tcpOptionTest(ranges: readonly Range[]): Test {
  const has = (options: readonly number[]): Tri => tri(options.some((kind) => within(kind, ranges)));
  const [first, later] = [has(SYN_OPTIONS), has(LATER_OPTIONS)];
  return ({ skb: { packet } }) => {
    if (packet.proto !== PROTO.TCP || (packet.tcpFlags & TCP_FLAG.RST) !== 0) return Tri.No;
    return (packet.tcpFlags & TCP_FLAG.SYN) === 0 ? later : first;
  };
}

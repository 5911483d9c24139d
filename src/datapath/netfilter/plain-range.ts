import type { Test } from './context.js';
import { tri, Tri } from './context.js';
import { isPorted } from './fields.js';
import type { Field, Range } from './predicate.js';

/**
 * The conditions that nearly every rule is made of, one closed range of an address, a port or the protocol, without the
 * detour over a field's getter.
 * @returns undefined for any other condition.
 */
export function plainRange(field: Field, ranges: readonly Range[]): Test | undefined {
  const [range, ...more] = ranges;
  if (range === undefined || more.length > 0) return undefined;
  const [lo, hi] = range;
  switch (field) {
    case 'src':
      return lo === hi ? ({ skb }) => tri(skb.packet.src === lo) : ({ skb }) => tri(skb.packet.src >= lo && skb.packet.src <= hi);
    case 'dst':
      return lo === hi ? ({ skb }) => tri(skb.packet.dst === lo) : ({ skb }) => tri(skb.packet.dst >= lo && skb.packet.dst <= hi);
    case 'proto':
      return lo === hi ? ({ skb }) => tri(skb.packet.proto === lo) : undefined;
    case 'sport':
      return ({ skb: { packet } }) => (isPorted(packet.proto) ? tri(packet.sport >= lo && packet.sport <= hi) : Tri.No);
    case 'dport':
      return ({ skb: { packet } }) => (isPorted(packet.proto) ? tri(packet.dport >= lo && packet.dport <= hi) : Tri.No);
    default:
      return undefined;
  }
}

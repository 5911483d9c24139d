import type { PortBox } from '../cache/port-box.js';
import type { Test } from './context.js';
import { tri, Tri } from './context.js';
import { isPorted } from './fields.js';
import type { Range } from '../../address/ranges.js';
import type { Field } from '../../netfilter/index.js';

function portWithin(port: number, lo: number, hi: number, ports: PortBox | undefined): Tri {
  ports?.compared(port, lo, hi);
  return tri(port >= lo && port <= hi);
}

/**
 * The conditions that nearly every rule is made of, one closed range of an address, a port or the protocol, without the
 * detour over a field's getter.
 * @returns undefined for any other condition.
 */
export function plainRange(field: Field, ranges: readonly Range[]): Test | undefined {
  const [range, ...more] = ranges;
  if (range === undefined || more.length > 0) return undefined;
  const [lo, hi] = range;
  const [first, last] = [Number(lo), Number(hi)];
  switch (field) {
    case 'src':
      return lo === hi ? ({ skb }) => tri(skb.packet.src === lo) : ({ skb }) => tri(skb.packet.src >= lo && skb.packet.src <= hi);
    case 'dst':
      return lo === hi ? ({ skb }) => tri(skb.packet.dst === lo) : ({ skb }) => tri(skb.packet.dst >= lo && skb.packet.dst <= hi);
    case 'proto':
      return lo === hi ? ({ skb }) => tri(skb.packet.proto === lo) : undefined;
    case 'sport':
      return ({ skb: { packet }, ports }) => (isPorted(packet.proto) ? portWithin(packet.sport, first, last, ports) : Tri.No);
    case 'dport':
      return ({ skb: { packet }, ports }) => (isPorted(packet.proto) ? portWithin(packet.dport, first, last, ports) : Tri.No);
    default:
      return undefined;
  }
}

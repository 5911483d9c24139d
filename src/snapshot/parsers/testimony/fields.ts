import { formatIp, parseIp } from '../../../address/ip.js';
import type { PacketView } from '../../../model/sighting.js';
import { portNumber } from '../port-number.js';

/** What a line tells, before it is known where it stands. */
export type Told<T> = T extends unknown ? Omit<T, 'origin' | 'netns'> : never;

/** Addresses and ports as a packet has them; undefined where an address is none. */
export function viewOf(src = '', dst = '', sport?: string, dport?: string): PacketView | undefined {
  const [from, to] = [parseIp(src), parseIp(dst)];
  if (from === undefined || to === undefined) return undefined;
  const [s, d] = [portNumber(sport ?? ''), portNumber(dport ?? '')];
  return { src: formatIp(from), dst: formatIp(to), ...(s === undefined ? {} : { sport: s }), ...(d === undefined ? {} : { dport: d }) };
}

/** `ICMPv6`, `ipv6-icmp` and `icmp6` are `icmp` too: a flow says its family by its addresses. */
export function protoName(text: string): string {
  const name = text.toLowerCase();
  return /^(?:icmp6|icmpv6|ipv6-icmp)$/.test(name) ? 'icmp' : name;
}

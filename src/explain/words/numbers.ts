import { familyOf, addressBits, formatIp, formatPrefix, prefixOf, type Ip } from '../../address/ip.js';
import type { Range } from '../../address/ranges.js';

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [112, 'VRRP'],
  [132, 'SCTP'],
]);

/** @returns a protocol by its name, or by its number. */
export function protocolName(number: number): string {
  return PROTOCOLS.get(number) ?? `IP protocol ${number}`;
}

/** @returns `a`, `a or b`, `a, b or c`. */
export function orList(items: readonly string[], last = 'or'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** @returns a range of addresses: a prefix where it is one, else `first to last`. */
export function addressRange([lo, hi]: Range): string {
  if (lo === hi) return formatIp(lo);
  const bits = addressBits(familyOf(lo));
  for (let length = bits; length >= 0; length--) {
    const prefix = prefixOf(lo, length);
    const last = typeof lo === 'number' ? Number(lo) + 2 ** (32 - length) - 1 : BigInt(lo) + 2n ** BigInt(128 - length) - 1n;
    if (prefix.addr === lo && last === hi) return formatPrefix(prefix);
  }
  return `${formatIp(lo)} to ${formatIp(hi)}`;
}

/** @returns a range of numbers. */
export function numberRange([lo, hi]: Range): string {
  return lo === hi ? String(lo) : `${lo} to ${hi}`;
}

/** @returns the ranges that the given ones leave out, where those are few enough to say instead. */
export function leftOut(ranges: readonly Range[], most: Ip): readonly Range[] {
  const gaps: Range[] = [];
  let next: Ip = typeof most === 'number' ? 0 : 0n;
  const step = (value: Ip, by: 1 | -1): Ip => (typeof value === 'number' ? value + by : value + BigInt(by));
  for (const [lo, hi] of [...ranges].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    if (lo > next) gaps.push([next, step(lo, -1)]);
    if (hi >= next) next = step(hi, 1);
  }
  return next > most ? gaps : [...gaps, [next, most]];
}

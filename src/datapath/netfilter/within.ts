import type { Ip } from '../../address/ip.js';
import type { Range } from '../../address/ranges.js';

/** @returns whether a value lies in one of some closed ranges. */
export function within(value: Ip, ranges: readonly Range[]): boolean {
  for (const [lo, hi] of ranges) if (value >= lo && value <= hi) return true;
  return false;
}

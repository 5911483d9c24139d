import type { Rng } from '../generate/rng.js';
import type { Held } from './held.js';

export type Family = 'ip' | 'ip6' | 'inet' | 'netdev' | 'bridge';

export const V4 = [
  '10.1.0.2',
  '10.2.0.2',
  '10.2.0.3',
  '10.1.0.1',
  '10.2.0.1',
  '10.1.0.0/24',
  '10.2.0.0/16',
  '10.2.0.2-10.2.0.9',
  '192.0.2.7',
] as const;
export const V6 = [
  'fd01::2',
  'fd02::2',
  'fd02::3',
  'fd01::1',
  'fd02::1',
  'fd01::/64',
  'fd02::/48',
  'fd02::2-fd02::9',
  '2001:db8::7',
] as const;
export const PORTS = ['22', '53', '80', '8080', '443', '20-60', '79-8080'] as const;
export const IFACES = ['"a0"', '"b0"', '"lo"', '"a*"', '"none"', '"br0"', '"c0"'] as const;
export const MARKS = ['0x1', '0x2', '0x10', '0x11'] as const;
export const STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const;

/** Names of what a table holds. */
export interface Names {
  readonly chains: readonly string[];
  readonly ports: string | undefined;
  readonly addrs: string | undefined;
  readonly pairs: string | undefined;
  readonly verdicts: string | undefined;
  readonly ifaces: string | undefined;
  readonly seen: string | undefined;
  readonly marks: string | undefined;
  readonly held: Held;
}

/** Where a rule stands. */
export interface Place {
  readonly rng: Rng;
  readonly family: Family;
  readonly names: Names;
  readonly hook: string;
  readonly type: string;
}

export const single = (list: readonly string[]): readonly string[] => list.filter((word) => !/[-/*]/.test(word));

/** Elements of a set that do not overlap. */
export function distinct(rng: Rng, list: readonly string[], most: number): string {
  const some = rng.some(single(list), 0.5).slice(0, most);
  return (some.length === 0 ? [rng.pick(single(list))] : some).join(', ');
}

/** @returns whether a rule is to be about IPv6. */
export function six({ rng, family }: Place): boolean {
  return family === 'ip6' || (family !== 'ip' && rng.chance(0.4));
}

/** Whether the place is below connection tracking: frames, not packets of it. */
export const isBelow = ({ family }: Place): boolean => family === 'netdev' || family === 'bridge';

import type { Family } from '../../../src/address/ip.js';
import type { Rng } from './rng.js';
import { containerAddresses, hostAddresses, type World } from './world.js';

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** Where a rule stands: from which hooks it can be met, for what the kernel checks when it is loaded. */
export interface Spot {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly hooks: readonly Hook[];
  readonly base: boolean;
}

/** Ipsets of the host, by name. */
export interface SetSpec {
  readonly name: string;
  readonly type: string;
  readonly family: Family;
}

/** Matches and targets, by their names, that the kernel or the iptables of this machine lacks. */
export interface Lacking {
  readonly matches: ReadonlySet<string>;
  readonly targets: ReadonlySet<string>;
}

export interface Draw {
  readonly rng: Rng;
  readonly world: World;
  readonly sets: readonly SetSpec[];
  readonly lacking: Lacking;
}

/** `other`: one that no flow has, so that its rules never match. */
export type Protocol = 'tcp' | 'udp' | 'icmp' | 'all' | 'other';

/** @returns the text of one match as iptables-save prints it; undefined where it cannot stand there. */
export type Maker = (draw: Draw, spot: Spot, protocol: Protocol) => string | undefined;

/** One extension as the generator uses it. */
export interface Kind<Make> {
  /** How often it is taken, to the others. */
  readonly weight: number;
  readonly make: Make;
  /** A rule with it, after `-A`, which tells whether this machine can load it; a table other than filter stands first. */
  readonly probe: string;
  /** The family of the probe; IPv4 where not said. */
  readonly family?: Family;
}

export const not = (rng: Rng, p = 0.15): string => (rng.chance(p) ? '! ' : '');
export const only = (spot: Spot, ...hooks: readonly Hook[]): boolean => spot.hooks.every((h) => hooks.includes(h));
export const ported = (protocol: Protocol): boolean => protocol === 'tcp' || protocol === 'udp';

export function anyAddress({ rng, world }: Draw, family: Family): string {
  return rng.pick([...containerAddresses(world, family), ...hostAddresses(world, family), ...world.outside[family]]);
}

import { type RangeSet, subtract } from '../../address/ranges.js';
import type { Origin } from '../../model/origin.js';
import type { FlowRequest, Outcome } from '../../model/trace.js';
import type { FlowFate } from './flow-fate.js';

/**
 * Flows of one client to one address that share one fate: every packet whose ports lie in these sets is treated as the
 * witness is, rule for rule up to rules that only watch.
 */
export interface FlowClass {
  readonly sports: RangeSet;
  readonly dports: RangeSet;
  /** Of a connection to oneself: the source ports that fare alike at each of `dports`, but for that port itself. */
  readonly facing?: RangeSet;
  /** One member: `trace` walks it to this outcome. */
  readonly witness: FlowRequest;
  readonly fate: FlowFate;
  /** What every side of every open question comes to: one outcome where nothing is open. */
  readonly outcomes: readonly Outcome[];
  /** Every port that a station on the way saw, translated ones and those of answers included. */
  readonly met: readonly number[];
  /** A rule that looks into the packet in a way that no range describes: only the witness itself is sure. */
  readonly opaque?: Origin;
  /** It was not followed to its end: anybody may be who takes it. */
  readonly unseen?: true;
}

/** @returns the source ports that fare alike at one of a class's destination ports. */
export function sportsAt({ sports, facing }: FlowClass, dport: number): RangeSet {
  return facing === undefined ? sports : subtract(facing, [[dport, dport]]);
}

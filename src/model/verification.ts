import type { HostGrounds } from './grounds.js';
import type { Outcome, TracedFlow } from './trace.js';

/** A list of both sides, and whether they agree. */
export interface Compared {
  readonly agrees: boolean;
  readonly predicted: readonly string[];
  readonly kernel: readonly string[];
}

/** A prediction beside what the kernel did with the same packet. */
export interface Comparison {
  readonly agrees: boolean;
  readonly outcome: {
    readonly agrees: boolean;
    readonly predicted: Outcome;
    readonly kernel: Outcome;
    /** What the client was told, where it was told something. */
    readonly detail?: string;
  };
  readonly packets: Compared;
  readonly rules: Compared;
}

/** One row of the two walks side by side; a side that lacks it is empty. */
export interface StageRow {
  readonly what: 'packet' | 'rule';
  readonly predicted: string;
  readonly kernel: string;
}

/** One flow put to the proof. */
export interface VerifiedFlow {
  readonly flow: TracedFlow;
  readonly reason: string;
  /** Set where the prediction takes no side: on what it depends. It agrees when the kernel went one of the ways told. */
  readonly open?: string;
  readonly comparison: Comparison;
  readonly stages: readonly StageRow[];
}

/** Something that the twin does not have, or that was not tried: never left out in silence. */
export interface Unproven {
  readonly what: string;
  readonly why: string;
}

/** What came of the proof; what the host's snapshot lacks, no twin of it has either. */
export interface Verification extends HostGrounds {
  readonly format: 'dtrace-path-verification/1';
  readonly kernel: string;
  readonly agrees: boolean;
  readonly flows: readonly VerifiedFlow[];
  /** Flows that could not be put to the proof. */
  readonly untried: readonly Unproven[];
  /** What of the snapshot could not be rebuilt. */
  readonly gaps: readonly Unproven[];
}

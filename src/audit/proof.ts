import type { EvidenceLine, FindingObject, OpenCause, RemedyStep, Severity } from '../model/audit.js';
import type { Trace } from '../model/trace.js';

export interface Fix extends RemedyStep {
  /** The model tries its commands; without it, they are another way, or change what no model shows. */
  readonly tried?: true;
}

/** One object of which a rule holds, with what proves it. */
export interface Proof {
  readonly object: Omit<FindingObject, 'fingerprint'>;
  /** In place of the severity of the rule. */
  readonly severity?: Severity;
  /** Objects of one cause and one severity are one finding. */
  readonly cause?: string;
  readonly title?: string;
  /** What is to be said beside the rationale of the rule. */
  readonly why?: string;
  readonly traces: readonly Trace[];
  /** All paths that it is about, where they are more than are worth showing. */
  readonly paths?: readonly Trace[];
  readonly lines: readonly EvidenceLine[];
  readonly fixes: readonly Fix[];
}

/** Something seen of which a rule would hold, unless what the snapshot lacks forbids it. */
export interface PossibleProof extends Proof {
  readonly open: OpenCause;
}

/** What became of one rule. */
export interface CheckResult {
  /** Set where the host has nothing that the rule speaks of: why. */
  readonly notApplicable?: string;
  readonly proofs: readonly Proof[];
  readonly possible?: readonly PossibleProof[];
  /** What the snapshot leaves open, beside that. */
  readonly doubts: readonly string[];
  /** What was looked at, where nothing was found. */
  readonly note?: string;
}

/** @returns a result that says why there was nothing to look at. */
export function notApplicable(why: string): CheckResult {
  return { notApplicable: why, proofs: [], doubts: [] };
}

/** @returns how severe the lesser of two is, counted from 0 for critical. */
export function isWorse(a: Severity, b: Severity): boolean {
  return ORDER.indexOf(a) < ORDER.indexOf(b);
}

const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** @returns a severity's place, the worst being 0. */
export function rankOf(severity: Severity): number {
  return ORDER.indexOf(severity);
}

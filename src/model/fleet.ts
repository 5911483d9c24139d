import type { Grounds } from './grounds.js';
import type { Audit, CapturedUse, Finding, OpenCause, Severity } from './audit.js';

/** A finding of one host among many: what is needed to sum up, without the steps of its paths. */
export interface FleetFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly objects: readonly { readonly name: string; readonly detail?: string; readonly fingerprint: string }[];
  /** Each path in a line: who asks for what, what became of it, and its way. */
  readonly paths: readonly string[];
  readonly remedy: Pick<Finding['remedy'], 'text' | 'steps'>;
  readonly fingerprint: string;
  readonly isNew?: boolean;
  readonly possible?: OpenCause;
  readonly used?: CapturedUse;
}

/** One snapshot of a fleet: its audit in short, or why there is none. */
export interface FleetHost extends Grounds {
  /** Its file or folder. */
  readonly name: string;
  readonly hostname?: string;
  readonly findings: readonly FleetFinding[];
  readonly exposures: Audit['exposures'];
  readonly undetermined: Audit['undetermined'];
  readonly wanted: Audit['wanted'];
  readonly disabled: Audit['disabled'];
  readonly accepted: Audit['accepted'];
  readonly suppressed: Audit['suppressed'];
  readonly suppressionNotes: Audit['suppressionNotes'];
  readonly passed: number;
  readonly notApplicable: number;
  readonly traces: number;
  /** Set where the snapshot could not be audited. */
  readonly problem?: string;
  /** What single formats need beside: written where the audit was made, since it holds every step there. */
  readonly pieces: Readonly<Record<string, string>>;
}

export interface Fleet {
  readonly format: 'dtrace-path-fleet/1';
  /** In the order of their names. */
  readonly hosts: readonly FleetHost[];
}

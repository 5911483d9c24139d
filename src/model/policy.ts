import type { Cause } from './cause.js';
import type { Grounds } from './grounds.js';
import type { Lack } from './lack.js';
import type { Origin } from './origin.js';
import type { FlowProto, FlowRequest, Outcome } from './trace.js';

/** A way in that an assertion is about, and what came of it. */
export interface Violation {
  /** `outside`, `web`: as people would name it. */
  readonly from: string;
  /** `app:8080/tcp`: who took the packet, or was to. */
  readonly to: string;
  /** What it amounts to: it gets through, it does not, or the snapshot does not tell. */
  readonly what: 'reached' | 'not reached' | 'undecided';
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly reason: string;
  /** Destination ports, as asked for, that all fare so. */
  readonly ports: string;
  readonly proto: FlowProto;
  readonly witness: FlowRequest;
  readonly decidedBy?: Origin;
  readonly decidingRule?: string;
}

/** A name of a policy that stands for nothing. */
export interface EmptyName {
  readonly name: string;
  /** Why, in a phrase: `nothing in this snapshot`, `a container that is not running`. */
  readonly why: string;
}

export interface AssertionResult {
  readonly name: string;
  readonly comment?: string;
  readonly kind: 'allow' | 'deny' | 'only';
  readonly severity: 'error' | 'warning';
  /** Where the policy says so. */
  readonly origin: Origin;
  /** Only what was looked at, with all that it rests on, passes. */
  readonly passed: boolean;
  /** `undecided`: nothing speaks against it, and the snapshot lacks what would speak for it. */
  readonly verdict: 'passed' | 'failed' | 'undecided';
  readonly violations: readonly Violation[];
  /** Endpoints of the assertion that stand for nothing in this snapshot: it fails by them. */
  readonly empty: readonly EmptyName[];
  /** What the snapshot lacks of what the assertion rests on. */
  readonly lacking: readonly Lack[];
  /** Selectors by the value of a label, where values were left out when the snapshot was taken. */
  readonly blanked: readonly string[];
  /** Endpoints that stand for nothing, and may. */
  readonly notes: readonly string[];
}

/** What became of a policy's assertions. */
export interface PolicyResult extends Grounds {
  readonly format: 'dtrace-path-check/1';
  readonly policy: string;
  readonly hostname?: string;
  /** False where an assertion of severity `error` failed or is undecided. */
  readonly passed: boolean;
  readonly assertions: readonly AssertionResult[];
}

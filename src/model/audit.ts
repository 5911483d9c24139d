import type { Command } from './command.js';
import type { Grounds } from './grounds.js';
import type { HostMeta } from './host-meta.js';
import type { Lack } from './lack.js';
import type { Origin, Problem } from './origin.js';
import type { Outcome, Trace, TracedFlow } from './trace.js';

/** Worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Reference {
  /** `CIS 5.14`, `CWE-306`, `CVE-2020-8558`, `moby#4737`, or the title of a page. */
  readonly name: string;
  readonly url?: string;
}

export type FindingObjectKind = 'container' | 'port' | 'listener' | 'network' | 'interface' | 'rule' | 'chain' | 'sysctl' | 'host' | 'file';

/** What a finding is about: one container, port, rule … */
export interface FindingObject {
  readonly kind: FindingObjectKind;
  /** Stays the same from one snapshot to the next: `web 8080/tcp`, not a line number. */
  readonly name: string;
  /** The container it belongs to, where it does: what reports filter by. */
  readonly container?: string;
  /** One phrase: why this object. */
  readonly detail?: string;
  readonly origin?: Origin;
  /** Names rule and object; equal in every run that finds the same. */
  readonly fingerprint: string;
}

/** A line of the snapshot that decides, and what it says. */
export interface EvidenceLine {
  readonly text: string;
  readonly origin: Origin;
  readonly note?: string;
}

export interface RemedyStep {
  /** What it does, in a phrase. */
  readonly title: string;
  /** Commands to type, or remarks on what to change, in order. */
  readonly commands: readonly Command[];
}

export interface FlowChange {
  readonly flow: TracedFlow;
  readonly before: Outcome;
  readonly after: Outcome;
  readonly reason: string;
}

/** What the model says of a remedy. */
export interface FixProof {
  readonly closed: readonly FlowChange[];
  readonly stillOpen: readonly FlowChange[];
  /** Flows of others that it would close as well. */
  readonly alsoCloses: readonly FlowChange[];
  /** How many flows were compared. */
  readonly compared: number;
}

/** What captures show of paths that were proved open; absence proves nothing beyond the time and the place of the captures. */
export interface CapturedUse {
  readonly status: 'seen' | 'not-seen';
  /** Conversations, and those of them that were answered. */
  readonly flows: number;
  readonly answered: number;
  /** The first of them; its time in microseconds since 1970. */
  readonly example?: { readonly client: string; readonly server: string; readonly first: number };
}

export interface FindingRemedy {
  readonly text: string;
  readonly steps: readonly RemedyStep[];
  /** Present with --prove-fixes where the remedy is something the model can try. */
  readonly proof?: FixProof;
}

/** Why something that is seen is not proved: what could still forbid it. */
export interface OpenCause {
  /** Each a sentence: what is not known. */
  readonly reasons: readonly string[];
  /** What the snapshot lacks that would decide it, what decides most first. */
  readonly lacking: readonly Lack[];
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly objects: readonly FindingObject[];
  readonly evidence: {
    readonly traces: readonly Trace[];
    readonly lines: readonly EvidenceLine[];
  };
  readonly why: string;
  readonly remedy: FindingRemedy;
  readonly references: readonly Reference[];
  readonly fingerprint: string;
  /** Set where it is possible, and not proved: what is seen is open unless something forbids it that the snapshot does not show. */
  readonly possible?: OpenCause;
  /** Only where a baseline was given: whether it lacks one of the objects. */
  readonly isNew?: boolean;
  /** Only where there are captures, and the finding is about paths. */
  readonly used?: CapturedUse;
}

/** A rule as reports show it. */
export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly rationale: string;
  readonly remedy: string;
  readonly references: readonly Reference[];
}

export interface Undetermined {
  readonly rule: string;
  readonly title: string;
  /** The worst that the rule may find. */
  readonly severity: Severity;
  /** What it depends on, and on which object. */
  readonly reasons: readonly string[];
  /** What the snapshot lacks of what the rule looks at. */
  readonly lacking: readonly Lack[];
}

/** Something that the snapshot lacks, and the undetermined rules that it would decide. */
export interface Wanted extends Lack {
  /** Rules for which nothing else is lacking. */
  readonly decides: readonly string[];
  /** All rules that look at it. */
  readonly asked: readonly string[];
}

/** A rule that somebody set aside, and where that is written: a configuration file, or an option. */
export interface SetAside {
  readonly rule: string;
  readonly by: string;
}

export interface RuleNote {
  readonly rule: string;
  readonly title: string;
  readonly note: string;
}

/** One line of the exposure table: who reaches what. */
export interface Exposure {
  readonly from: readonly string[];
  /** Where the client knocks: `198.51.100.10:8080`. */
  readonly at: string;
  readonly proto: 'tcp' | 'udp';
  /** Who answers: `web:80`, `host:22`. */
  readonly to: string;
  readonly container?: string;
  readonly process?: string;
  /** `published (DNAT)`, `published (docker-proxy)`, `host`, `routed`. */
  readonly how: string;
  /** Only where there are captures. */
  readonly used?: CapturedUse;
}

/** Who is joined to what, for a drawing. */
export interface AuditTopology {
  readonly uplinks: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  readonly networks: readonly {
    readonly name: string;
    readonly device: string;
    readonly subnets: readonly string[];
    readonly containers: readonly string[];
  }[];
  /** Containers that share the host's namespace. */
  readonly hostNetwork: readonly string[];
}

/** What the audit had before it. */
export interface Coverage {
  readonly files: readonly { readonly netns: string; readonly read: readonly string[]; readonly missing: readonly string[] }[];
  readonly containers: number;
  readonly running: number;
  readonly networks: number;
  readonly rules: number;
  readonly listeners: number;
  readonly traces: number;
  /** The outside machines that were asked from: `internet (203.0.113.1 by up0)`. */
  readonly outsiders: readonly string[];
  readonly problems: readonly Problem[];
}

export interface SuppressedFinding {
  readonly rule: string;
  readonly objects: readonly string[];
  readonly reason: string;
  readonly expires: string;
  /** The file that says so. */
  readonly file?: string;
}

/** A suppression that does nothing, and why. */
export interface SuppressionNote {
  readonly rule: string;
  readonly object?: string;
  readonly reason: string;
  readonly expires: string;
  readonly state: 'expired' | 'stale';
}

export interface Audit extends Grounds {
  readonly format: 'dtrace-path-audit/1';
  readonly meta: HostMeta;
  readonly coverage: Coverage;
  readonly topology: AuditTopology;
  readonly exposures: readonly Exposure[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly undetermined: readonly Undetermined[];
  /** What would decide the undetermined, what decides most first. */
  readonly wanted: readonly Wanted[];
  /** Rules that were not asked at all. */
  readonly disabled: readonly SetAside[];
  /** Rules that may stay undetermined. */
  readonly accepted: readonly SetAside[];
  readonly passed: readonly RuleNote[];
  readonly notApplicable: readonly RuleNote[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly suppressionNotes: readonly SuppressionNote[];
  /** Every rule that was asked, for reports that explain them. */
  readonly rules: readonly RuleInfo[];
}

import type { Ip } from '../address/ip.js';
import type { Severity } from './audit.js';
import type { Cause } from './cause.js';
import type { Grounds, HostGrounds } from './grounds.js';
import type { HostMeta } from './host-meta.js';
import type { Lack } from './lack.js';
import type { Origin } from './origin.js';
import type { FlowProto, FlowRequest, Outcome } from './trace.js';

/**
 * Whether a service is reached: by every packet of the source, by some of them, by none, or by an amount that the snapshot
 * does not tell.
 */
export type Reach = 'open' | 'partial' | 'closed' | 'unknown';

/** Somebody who may ask. */
export interface MatrixSource {
  /** `outside`, `lan`, `host`, a container's name, `network:NAME`. */
  readonly name: string;
  readonly kind: 'outside' | 'lan' | 'host' | 'network' | 'container';
  /** `from` of a flow that stands for it. */
  readonly from: string;
  /** Prefixes of outside sources; members of a network. */
  readonly members: readonly string[];
}

/** Something to be reached. */
export interface MatrixService {
  /** `web:80/tcp`, `host:8080/tcp`. */
  readonly name: string;
  /**
   * A listening socket; a port that Docker publishes; one that rules forward without Docker's doing; ports that packets get
   * to and nobody listens on.
   */
  readonly kind: 'listener' | 'published' | 'forwarded' | 'unlistened';
  /** Container or `host`. */
  readonly target: string;
  readonly proto: FlowProto;
  /** Absent for the unlistened. */
  readonly port?: number;
  /** Addresses at which it is asked for, the first one first. */
  readonly addresses: readonly string[];
  /** `pinned:6379`: where a published or forwarded port leads. */
  readonly leadsTo?: string;
  readonly origin?: Origin;
}

/** Under this a result keeps how parts of a source fare that do not fare alike, to the last address: for comparisons, and never printed. */
export const PARTS = Symbol('parts of a source');

/** Some outside addresses of a source, that fare alike. */
export interface SourcePart {
  readonly reach: Reach;
  readonly openFrom?: string;
  readonly ports?: string;
  /** More was to be looked at than is looked at. */
  readonly givenUp?: true;
  /** @returns their ranges: they may be very many. */
  readonly addresses: () => readonly (readonly [Ip, Ip])[];
}

/** What became of a source's packets to a service. Sources that fare alike share one result. */
export interface MatrixResult {
  readonly reach: Reach;
  readonly outcome: Outcome;
  /** What decides by: the words of the reason are for people. */
  readonly cause: Cause;
  readonly reason: string;
  /** A flow that shows it: `trace` walks it to the same outcome. */
  readonly witness: FlowRequest;
  /** A flow of the same source that fares otherwise, where the reach is partial. */
  readonly counterWitness?: FlowRequest;
  /** The rule, route or socket that decided. */
  readonly decidedBy?: Origin;
  /** Its text, where it is a rule. */
  readonly decidingRule?: string;
  /** `198.51.100.10:8080 → 172.17.0.2:80`, each translation of the first packet. */
  readonly rewritten: readonly string[];
  /** Source addresses that get through, where not all do. */
  readonly openTo?: readonly string[];
  /** Source ports that surely get through, where not all do; the reason names those of which nothing is known. */
  readonly openFrom?: string;
  /** Ports that packets get to, for the unlistened. */
  readonly ports?: string;
  readonly [PARTS]?: readonly SourcePart[];
}

/** A cell that captures show in use: connections of a source to the very address and port of a service. */
export interface MatrixUse {
  /** Indexes into `sources` and `services`. */
  readonly source: number;
  readonly service: number;
  readonly flows: number;
  readonly answered: number;
  /** Microseconds since 1970. */
  readonly first: number;
  readonly last: number;
}

/** Who reaches what. */
export interface Matrix extends HostGrounds {
  readonly format: 'dtrace-path-matrix/1';
  readonly meta: HostMeta;
  readonly sources: readonly MatrixSource[];
  readonly services: readonly MatrixService[];
  readonly results: readonly MatrixResult[];
  /** `cells[source][service]` is an index into `results`. */
  readonly cells: readonly (readonly number[])[];
  /** Cells in use, where captures were given; the others may only not have been captured. */
  readonly used?: readonly MatrixUse[];
  /** What could not be asked: namespaces that the snapshot lacks. */
  readonly notes: readonly string[];
}

/** Whether more or fewer packets get through than before, or as many by another way of telling. */
export type ChangeKind = 'opened' | 'closed' | 'undecided';

/** What made a change: a line that only one of the two hosts has. */
export interface ChangeCause {
  readonly side: 'before' | 'after';
  readonly text: string;
  readonly origin?: Origin;
}

export interface ReachChange {
  readonly kind: ChangeKind;
  readonly service: string;
  /** Sources that it concerns alike. */
  readonly sources: readonly string[];
  readonly before: Reach | 'absent';
  readonly after: Reach | 'absent';
  /** Ports that were opened or closed, for the unlistened. */
  readonly ports?: string;
  readonly reason: string;
  readonly cause?: ChangeCause;
  /** What decided on the side that the cause is not of. */
  readonly instead?: ChangeCause;
  /** A flow that fares otherwise than before. */
  readonly witness: FlowRequest;
}

/** A finding of the audit about one object. */
export interface FindingChange {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly object: string;
}

/** Findings of the audit that only one of two hosts has. */
export interface FindingChanges {
  readonly new: readonly FindingChange[];
  readonly gone: readonly FindingChange[];
}

/** What one of two snapshots lacks: what it would show is compared by nobody. */
export interface SideLack extends Lack {
  readonly side: 'before' | 'after';
}

/** What a change of a host opens and closes. */
export interface ReachDiff extends Grounds {
  readonly format: 'dtrace-path-diff/1';
  readonly before: HostMeta;
  readonly after: HostMeta;
  readonly changes: readonly ReachChange[];
  /** Pairs of source and service compared. */
  readonly compared: number;
  /** What either side lacks, or holds in part: what opened there would not be seen. */
  readonly lacking: readonly SideLack[];
  /** Absent where nobody asked for an audit. */
  readonly findings?: FindingChanges;
}

import type { HostGrounds } from './grounds.js';
import type { Origin } from './origin.js';

/** What a question of `explain` may be about. */
export type SubjectKind =
  | 'interface'
  | 'bridge'
  | 'address'
  | 'subnet'
  | 'port'
  | 'container'
  | 'network'
  | 'chain'
  | 'rule'
  | 'route'
  | 'set'
  | 'cause'
  | 'audit rule';

/** One statement, with the line of the snapshot that says so. */
export interface ExplanationLine {
  readonly text: string;
  readonly origin?: Origin;
}

export interface ExplanationSection {
  /** A question: `Why is it down?`. */
  readonly title: string;
  readonly lines: readonly ExplanationLine[];
}

/** What a thing of the snapshot is, in words that teach. */
export interface Explanation extends HostGrounds {
  readonly format: 'dtrace-path-explanation/1';
  readonly kind: SubjectKind;
  /** `docker0 of host`. */
  readonly subject: string;
  /** One sentence: what it is. */
  readonly summary: string;
  readonly sections: readonly ExplanationSection[];
  readonly origin?: Origin;
}

import type { NetnsName } from '../../model/netns.js';
import type { Origin } from '../../model/origin.js';
import type { Tone } from '../words.js';

/** One line under a stage's title. */
export interface StageLine {
  readonly text: string;
  readonly origin?: Origin;
  readonly tone: Tone;
}

/** What happened at one place: a hook with all its tables, a routing decision, an interface … */
export interface Stage {
  readonly netns: NetnsName;
  readonly title: string;
  readonly lines: readonly StageLine[];
  /** Says nothing that a reader in a hurry needs. */
  readonly quiet: boolean;
  /** The packet ends here, or is turned down. */
  readonly bad: boolean;
  /** A hook with its tables. */
  readonly hook?: true;
  /** The addresses change here. */
  readonly rewrites: boolean;
}

/** A run of stages in one direction of one connection. */
export interface StageRun {
  readonly leg: number;
  readonly reply: boolean;
  /** The answer of a machine beyond an uplink, which nobody saw. */
  readonly assumed: boolean;
  readonly stages: readonly Stage[];
}

import type { EvidenceLine, FindingObject } from '../../model/audit.js';
import type { Origin } from '../../model/origin.js';

/** Something that is one way now and another after the machine starts anew. */
export interface StartDifference {
  /** `lost`: it is there now, and nothing that was given brings it back. `back`: it is not there now, and a file brings it. `set`: a value changes. */
  readonly what: 'lost' | 'back' | 'set';
  /** Whether more packets get through after the start. */
  readonly opens: boolean;
  readonly kind: FindingObject['kind'];
  readonly name: string;
  readonly text: string;
  readonly origin: Origin;
  readonly lines: readonly EvidenceLine[];
}

/** What was compared, and what could not be. */
export interface StartComparison {
  readonly differences: readonly StartDifference[];
  readonly doubts: readonly string[];
}

/** Counts down what is the same on both sides, so that a rule which stands twice is looked for twice. */
export class Tally {
  private readonly counts = new Map<string, number>();

  constructor(keys: Iterable<string>) {
    for (const key of keys) this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** @returns whether one of that key was left. */
  take(key: string): boolean {
    const left = this.counts.get(key) ?? 0;
    if (left > 0) this.counts.set(key, left - 1);
    return left > 0;
  }
}

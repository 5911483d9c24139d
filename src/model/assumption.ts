import type { Origin } from './origin.js';

/** A side that the shown path takes on something the snapshot does not tell. */
export interface Assumption {
  readonly category: string;
  /** `limit=under`, as `--assume` takes it. */
  readonly choice: string;
  readonly detail: string;
  readonly origin?: Origin;
  /** The user said so (`--assume`), rather than both sides ending alike. */
  readonly given: boolean;
}

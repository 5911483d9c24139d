import type { FileAccount } from './listing.js';
import type { Assumption } from './trace.js';

/** What an answer does not rest on, and what it takes for granted instead; nothing stands where there is nothing to say. */
export interface Grounds {
  /** Files that were not understood, or not wholly. */
  readonly unread?: readonly FileAccount[];
  /** What holds for the whole answer, as nothing in the snapshot speaks against it. */
  readonly assumed?: readonly Assumption[];
}

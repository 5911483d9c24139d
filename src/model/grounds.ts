import type { Lack } from './lack.js';
import type { FileAccount } from './listing.js';
import type { Assumption } from './assumption.js';

/** What an answer does not rest on, and what it takes for granted instead; nothing stands where there is nothing to say. */
export interface Grounds {
  /** Files that were not understood, or not wholly. */
  readonly unread?: readonly FileAccount[];
  /** What holds for the whole answer, as nothing in the snapshot speaks against it. */
  readonly assumed?: readonly Assumption[];
}

/** What an answer about a host as a whole does not rest on: it has no step that would name the listing which is not there. */
export interface HostGrounds extends Grounds {
  /** Listings that are not there, or that are blank where others tell that something is; what is there in part is among the unread. */
  readonly lacking?: readonly Lack[];
}

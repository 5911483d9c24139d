import type { Placing } from './piece.js';
import type { Segment } from './segment.js';

/** A listing, and where it belongs. */
export interface Placed {
  readonly segment: Segment;
  readonly placing: Placing;
  /** `host`, or `netns/web`; `docker` for what the engine prints. */
  readonly folder: string;
}

import type { Placing } from './piece.js';
import type { PieceSegment } from './segment.js';

/** A listing, and where it belongs. */
export interface Placed {
  readonly segment: PieceSegment;
  readonly placing: Placing;
  /** `host`, or `netns/web`; `docker` for what the engine prints. */
  readonly folder: string;
}

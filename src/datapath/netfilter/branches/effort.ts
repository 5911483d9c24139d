import type { RunnableChain } from '../compile.js';

/** How much is looked at for one packet in one table. */
interface Limits {
  /** Rules tried beyond those of the table. */
  readonly tries: number;
  /** Questions that count. */
  readonly forks: number;
  /** Pieces of the way, each for one state of the packet, that are carried out where they are too many to be listed. */
  readonly pieces: number;
}

/** More is only met in rules made to be endless. */
const FULL: Limits = { tries: 65_536, forks: 8_192, pieces: 65_536 };
/** For all packets after those that took `MOST_WORK`: far more than any rules need that were not made to be endless. */
const SHORT: Limits = { tries: 1024, forks: 1024, pieces: 1024 };
/** Of whatever the limits count, over all packets: as much as two of them may take. */
const MOST_WORK = 130_000;

/**
 * What was spent on a base chain, over all packets that were sent through it. A packet by itself may take a second; of a matrix of hundreds, each
 * with more than a hundred sides, nobody would see the end. It is counted, not timed: the same questions in the same order are answered alike everywhere. In another order they may
 * not be: of the packets that need more than the short limits, the first two or so are answered, and those after them are unknown.
 */
export class Effort {
  private spent = 0;

  private constructor() {}

  private static readonly known = new WeakMap<RunnableChain, Effort>();

  /** @returns that of a base chain. */
  static of(base: RunnableChain): Effort {
    let effort = Effort.known.get(base);
    if (effort === undefined) Effort.known.set(base, (effort = new Effort()));
    return effort;
  }

  /** What may be spent on the next packet. */
  get limits(): Limits {
    return this.spent < MOST_WORK ? FULL : SHORT;
  }

  /** @param work rules tried, questions or pieces. */
  spend(work: number): void {
    this.spent += work;
  }
}

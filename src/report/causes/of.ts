/** What a cause is, in words that do not depend on a host. */
export interface CauseWords {
  /** As `docs/causes.md` lists it. */
  readonly what: string;
  /** What it means for somebody who does not know the kernel. */
  readonly means: string;
  /** What to look at, or to do. */
  readonly next: string;
}

/** @returns the words of a cause. */
export const of = (what: string, means: string, next: string): CauseWords => ({ what, means, next });

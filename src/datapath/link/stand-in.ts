/** Indexes of interfaces that stand in for those no listing shows; far beyond any real one. */
export const FIRST_STAND_IN = 1_000_000;

/** @returns whether an interface stands in for one that no listing shows, as `docker inspect` tells that there must be one. */
export function isStandIn(index: number): boolean {
  return index >= FIRST_STAND_IN;
}

/** Sides of open questions that are looked at beside the usual one, over all flows that one question about a host asks of. */
const ALL_OTHER_SIDES = 20_000;
/** From then on so many of each flow: what depends on a question or two is answered as before. */
const FEW_SIDES = 8;
/** Of one flow, where there is still patience: as many as a single trace has. */
const MOST_SIDES = 128;

/** More classes of source ports than this are not looked at beside one of destination ports. */
export const MOST_SPORT_CLASSES = 256;

/** Counts walks, not seconds: the same snapshot is answered alike on every machine, and every answer ends. */
export class Patience {
  private left = ALL_OTHER_SIDES;

  /** How many sides of the next flow are looked at. */
  get sides(): number {
    return this.left > 0 ? MOST_SIDES : FEW_SIDES;
  }

  /** @param sides so many were looked at. */
  spend(sides: number): void {
    this.left -= Math.max(0, sides - 1);
  }
}

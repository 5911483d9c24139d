/** Source and destination port of a request. */
export interface Ports {
  readonly sport: number;
  readonly dport: number;
}

/** A closed interval that shrinks. */
class Interval {
  constructor(
    public lo: number,
    public hi: number,
  ) {}

  has(value: number): boolean {
    return value >= this.lo && value <= this.hi;
  }

  /** Keeps what answers "is it within lo..hi?" as `value` does. */
  agree(value: number, lo: number, hi: number): void {
    if (value < lo) this.hi = Math.min(this.hi, lo - 1);
    else if (value > hi) this.lo = Math.max(this.lo, hi + 1);
    else {
      this.lo = Math.max(this.lo, lo);
      this.hi = Math.min(this.hi, hi);
    }
  }
}

/**
 * The ports for which a walk would go the very same way: all of them at first, less with every comparison that the walk
 * makes. A value that is compared may stand for the source port, for the port after it (a proxy's own connection) or for
 * the destination port; each that it could stand for is narrowed.
 */
export class PortBox {
  private readonly sports = new Interval(1, 0xfffe);
  private readonly dports: Interval;
  private open = true;

  /** @param ported whether the protocol has ports: an echo's id is treated as one, its other port is 0. */
  constructor(
    private readonly at: Ports,
    ported: boolean,
  ) {
    this.dports = ported ? new Interval(1, 0xffff) : new Interval(0, 0);
    if (!distinct(at)) this.refuse();
  }

  /** Whether the walk used ports only in ways that the box knows of. */
  get usable(): boolean {
    return this.open;
  }

  /** The destination port, where the box holds only one. */
  get onlyDport(): number | undefined {
    return this.dports.lo === this.dports.hi ? this.dports.lo : undefined;
  }

  /** Whether a walk for these ports goes the same way. */
  has({ sport, dport }: Ports): boolean {
    return this.dports.has(dport) && this.sports.has(sport) && sport !== dport && sport + 1 !== dport;
  }

  /** The walk did something with a port that is no comparison: it holds for no other. */
  refuse(): void {
    this.open = false;
  }

  /** The walk asked whether a port is within a closed range. */
  compared(port: number, lo: number, hi: number): void {
    const { sport, dport } = this.at;
    if (port === sport) this.sports.agree(sport, lo, hi);
    if (port === sport + 1) this.sports.agree(sport, lo - 1, hi - 1);
    if (port === dport) this.dports.agree(dport, lo, hi);
  }

  /** The walk looked a port up among others. */
  lookedUp(port: number, ascending: readonly number[]): void {
    let below = 0;
    let above = ascending.length;
    while (below < above) {
      const middle = (below + above) >>> 1;
      if (ascending[middle]! < port) below = middle + 1;
      else above = middle;
    }
    if (ascending[below] === port) this.compared(port, port, port);
    else this.compared(port, (ascending[below - 1] ?? -1) + 1, (ascending[below] ?? 0x10000) - 1);
  }

  /** A translation or a proxy gives a packet a port of its own, which must stay apart from those of the request. */
  introduced(port: number): void {
    const { sport, dport } = this.at;
    if (port === sport || port === sport + 1 || port === dport) return this.refuse();
    this.sports.agree(sport, port, port);
    this.sports.agree(sport, port - 1, port - 1);
    this.dports.agree(dport, port, port);
  }

  /**
   * @returns ports of the box that differ from its own wherever it leaves a choice, its own where it leaves none at all;
   * undefined where no two such ports stay apart.
   */
  another(): Ports | undefined {
    const { at, sports, dports } = this;
    for (const sport of choices(sports, at.sport))
      for (const dport of choices(dports, at.dport)) if (distinct({ sport, dport })) return { sport, dport };
    return undefined;
  }
}

/** A walk compares its ports with one another as well (conntrack tuples), so flows where they meet are left alone. */
function distinct({ sport, dport }: Ports): boolean {
  return sport !== dport && sport + 1 !== dport;
}

function choices({ lo, hi }: Interval, own: number): readonly number[] {
  const others = [hi, lo, hi - 1, lo + 1, hi - 2, lo + 2].filter((port) => port !== own && port >= lo && port <= hi);
  return others.length === 0 ? [own] : others;
}

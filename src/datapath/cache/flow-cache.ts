import type { FlowRequest, Trace } from '../../model/trace.js';
import { PortBox, type Ports } from './port-box.js';
import { templateOf, type Template } from './template.js';

/** Ways learned before any has proved its worth; then one more for every so many traces that they served for. */
const ON_TRUST = 4;
const SERVED_FOR_ONE = 64;
/** Ways kept that hold for a range of destination ports; each is looked at in turn. */
const MOST_RANGES = 32;
/** Destination ports remembered because no way fitted. */
const MOST_MISSED = 1024;

/** How many ways may still be kept, for all pairs of endpoints of a machine. */
export interface Budget {
  left: number;
}

interface Way {
  readonly box: PortBox;
  readonly template: Template;
}

/** One walk of a request for given ports, telling the box what it does with them; undefined where it is not certain. */
export type WalkPorts = (ports: Ports, box: PortBox) => Trace | undefined;

/**
 * Traces of one pair of endpoints and one protocol, told apart by their ports: whatever the ports, most of a Docker
 * host's flows go one of a few ways. A way is kept only where two walks with different ports came to the same trace but
 * for those, and only for the ports that no comparison on the way would tell from theirs.
 */
export class FlowCache {
  private readonly ranges: Way[] = [];
  private readonly byDport = new Map<number, Way[]>();
  private readonly missedBefore = new Set<number>();
  private asked = 0;
  private made = 0;
  private served = 0;

  constructor(
    private readonly ported: boolean,
    private readonly budget: Budget,
  ) {}

  /** @returns the trace of a way that is known. */
  find(request: FlowRequest, ports: Ports): Trace | undefined {
    const way = fitting(this.byDport.get(ports.dport), ports) ?? fitting(this.ranges, ports);
    if (way === undefined) return undefined;
    this.served += 1;
    return way.template(request, ports);
  }

  /**
   * Counts a request that no known way fits.
   * @returns whether its way is worth the two walks of learning it: not the first request's, and where ways have not
   * proved their worth, only that of a port which is asked for again.
   */
  missed({ dport }: Ports): boolean {
    this.asked += 1;
    if (this.asked === 1 || this.budget.left <= 0) return false;
    if (this.made < ON_TRUST + this.served / SERVED_FOR_ONE) return true;
    if (this.missedBefore.delete(dport)) return true;
    if (this.missedBefore.size < MOST_MISSED) this.missedBefore.add(dport);
    return false;
  }

  /** Learns the way that a request goes. */
  learn(ports: Ports, walk: WalkPorts): void {
    this.made += 1;
    const box = new PortBox(ports, this.ported);
    const first = walk(ports, box);
    if (first === undefined || !box.usable) return;
    const other = box.another();
    const second = other && walk(other, new PortBox(other, this.ported));
    const template = other && second && templateOf(first, second, { a: ports, b: other });
    if (template !== undefined) this.keep({ box, template });
  }

  private keep(way: Way): void {
    const { onlyDport } = way.box;
    this.budget.left -= 1;
    if (onlyDport !== undefined) this.byDport.set(onlyDport, [...(this.byDport.get(onlyDport) ?? []), way]);
    else if (this.ranges.push(way) > MOST_RANGES) this.ranges.shift();
  }
}

function fitting(ways: readonly Way[] | undefined, ports: Ports): Way | undefined {
  if (ways !== undefined) for (const way of ways) if (way.box.has(ports)) return way;
  return undefined;
}

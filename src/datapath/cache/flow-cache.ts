import type { FlowRequest, Trace } from '../../model/trace.js';
import { PortBox, type Ports } from './port-box.js';
import { templateOf, type Template } from './template.js';

/** Boxes kept for one pair of endpoints and protocol; beyond that all are forgotten. */
const MOST_BOXES = 32;
/** Boxes that are made before any has to prove its worth. */
const ON_TRUST = 4;

interface Entry {
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
  private readonly entries: Entry[] = [];
  private asked = 0;
  private made = 0;
  private hits = 0;

  constructor(private readonly ported: boolean) {}

  /** @returns the trace of a way that is known. */
  find(request: FlowRequest, ports: Ports): Trace | undefined {
    for (const { box, template } of this.entries) {
      if (!box.has(ports)) continue;
      this.hits += 1;
      return template(request, ports);
    }
    return undefined;
  }

  /** Counts a request that no way fits; says whether to learn its way: not on the first, nor where those kept do not serve. */
  missed(): boolean {
    this.asked += 1;
    return this.asked > 1 && this.made <= ON_TRUST + this.hits;
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
    if (template === undefined) return;
    if (this.entries.length >= MOST_BOXES) this.entries.length = 0;
    this.entries.push({ box, template });
  }
}

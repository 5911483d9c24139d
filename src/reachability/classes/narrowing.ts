import { DRAWN_INSTEAD } from '../../datapath/index.js';
import { type Range, ALL_PORTS, includes, intersect, PORT_MAX, subtract, toSet, type RangeSet } from '../../address/ranges.js';
import type { Step } from '../../model/trace.js';
import type { Partition } from './partition.js';

/** The set of one port. */
export const ONLY = (value: number): RangeSet => [[value, value]];

interface Ports {
  readonly sport: number;
  readonly dport: number;
}

/** A packet that goes in circles draws at most one port at each hop. */
const MOST_DRAWN = 256;

type NatStep = Extract<Step, { kind: 'nat' }>;
export type TableStep = Extract<Step, { kind: 'table' }>;

/** A table that was left by a rule which translates ports, with those that it may choose for itself: the ends of its range. */
export interface Translator {
  readonly step: TableStep;
  readonly ends: RangeSet;
}

/** @returns undefined where a step is none. */
export function translatorOf(step: Step): Translator | undefined {
  if (step.kind !== 'table') return undefined;
  const action = step.hits.at(-1)?.action;
  if (action?.kind !== 'translate' || action.ports === undefined) return undefined;
  const [lo, hi] = action.ports;
  return { step, ends: toSet([...ONLY(lo), ...ONLY(hi)]) };
}

/** The ports among which NAT finds another for one of them: those of one of its ranges. */
function likeRange(port: number): (typeof DRAWN_INSTEAD)[number] {
  return DRAWN_INSTEAD.find(({ last }) => port <= last)!;
}

/** Narrows the ports of a flow to those that every station on its way treats alike. */
export class Narrowing {
  sports: RangeSet = ALL_PORTS;
  dports: RangeSet = ALL_PORTS;
  readonly met: Set<number>;

  constructor(private readonly flow: Ports) {
    this.met = new Set([flow.sport, flow.dport]);
  }

  get settled(): boolean {
    return (
      this.sports.length === 1 &&
      this.dports.length === 1 &&
      this.sports[0]![0] === this.sports[0]![1] &&
      this.dports[0]![0] === this.dports[0]![1]
    );
  }

  /** A station saw `value` in one of the port fields: it is the flow's own port, moved by `shift`, or a translated one. */
  saw(value: number | undefined, parts: Partition | undefined, leg: number): void {
    if (value === undefined || parts === undefined) return;
    // a proxy's own port does not follow the client's there
    if (leg > 0 && this.flow.sport + leg > PORT_MAX) this.sports = ONLY(this.flow.sport);
    if (value === this.flow.dport) this.dports = intersect(this.dports, parts.blockOf(value));
    if (value === this.flow.sport + leg) {
      const block = parts.blockOf(value);
      this.sports = intersect(this.sports, leg === 0 ? block : shifted(block, -leg));
    }
  }

  /** A rule asked for the ports that the connection began with, whatever the packet's own are by now. */
  sawBeginning(parts: Partition, leg: number): void {
    this.saw(this.flow.dport, parts, leg);
    this.saw(this.flow.sport + leg, parts, leg);
  }

  /**
   * Leaves out the port that a rule would have translated to itself: such a connection counts as not translated.
   * @param ct what conntrack called the packet there: of a connection that stands, what was translated before is taken back, and no port is drawn.
   */
  translated({ manip, before, after, leg }: NatStep, ct: string | undefined): void {
    const { sport, dport } = this.flow;
    if (after.sport === undefined || after.dport === undefined) return;
    if (manip === 'dst' && before.dst === after.dst && before.dport === dport) this.dports = subtract(this.dports, ONLY(after.dport));
    if (manip === 'src' && before.src === after.src && before.sport === sport + leg)
      this.sports = subtract(this.sports, ONLY(after.sport - leg));
    if (manip === 'src' && after.sport !== before.sport && ct !== 'ESTABLISHED') this.drawn(after.sport, leg);
  }

  /**
   * NAT may have found a port for one that was taken: the lowest that is free, past those that this walk drew before. Whoever
   * has one of those, or the one that comes next, fares otherwise; others find the same, where they are of the same range.
   */
  private drawn(port: number, leg: number): void {
    const own = this.flow.sport + leg;
    const { lowest } = likeRange(port);
    // drawn by a rule, from ports of its own
    if (port < lowest || port > lowest + MOST_DRAWN) return;
    const found: RangeSet = [[lowest, port + 1]];
    const { first, last } = likeRange(own);
    this.sports = includes(found, own) ? ONLY(this.flow.sport) : intersect(this.sports, shifted(subtract([[first, last]], found), -leg));
  }

  /** The other side of that: a rule on which the packet stayed what it was. */
  stayed({ step: { hook, leg, packet }, ends }: Translator): void {
    const { sport, dport } = this.flow;
    const rest = (own: RangeSet, port: number, by: number): RangeSet =>
      includes(ends, port + by) ? ONLY(port) : subtract(own, shifted(ends, -by));
    const isDestination = hook === 'PREROUTING' || hook === 'OUTPUT';
    if (isDestination && packet.dport === dport) this.dports = rest(this.dports, dport, 0);
    if (!isDestination && packet.sport === sport + leg) this.sports = rest(this.sports, sport, leg);
  }

  /** Leaves out flows that are sent from the port they are delivered to, unless this one is. */
  keepApart(delivered = this.flow.dport): void {
    const { sport, dport } = this.flow;
    if (delivered !== dport) {
      this.sports = sport === delivered ? ONLY(sport) : subtract(this.sports, ONLY(delivered));
    } else if (includes(this.dports, sport)) {
      this.sports = ONLY(sport);
      this.dports = sport === dport ? ONLY(dport) : subtract(this.dports, ONLY(sport));
    } else this.sports = subtract(this.sports, this.dports);
  }

  /** A rule wrote into the ports: what came before it was asked of others than what is told of it. */
  alone(): void {
    this.sports = ONLY(this.flow.sport);
    this.dports = ONLY(this.flow.dport);
  }
}

/** @returns the ports at which a flow comes back to the namespace that sent it. */
export function ownDeliveries(sides: readonly (readonly Step[])[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const side of sides) {
    const sender = side[0]?.netns;
    for (const { kind, netns, reply, leg, packet } of side)
      if ((kind === 'deliver' || kind === 'error') && netns === sender && !reply && leg === 0 && packet.dport !== undefined)
        found.add(packet.dport);
  }
  return found;
}

function shifted(set: RangeSet, by: number): RangeSet {
  return set.flatMap(([lo, hi]): readonly Range[] => {
    const [a, b] = [Math.max(0, Number(lo) + by), Math.min(PORT_MAX, Number(hi) + by)];
    return a <= b ? [[a, b]] : [];
  });
}

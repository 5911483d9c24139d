import type { MatrixService, Reach } from '../../model/reachability.js';
import type { FlowProto } from '../../model/trace.js';
import type { FlowClasses } from './flow-class.js';
import { formatPorts, intersect, PORT_MAX, toSet, type RangeSet } from '../../address/ranges.js';
import { reachOf } from './reach-of.js';

/** What a look at every port of an address found. */
export interface PortScan {
  /** Ports that get there, and nobody listens on. */
  readonly ports?: string;
  /** A port that shows it. */
  readonly port: number;
  /** Every port that a station saw on the way of packets that got there, or did not get through. */
  readonly met: ReadonlySet<number>;
}

/** What became of packets to some ports. */
interface Fate {
  readonly dports: RangeSet;
  readonly port: number;
  readonly reach: Reach;
  readonly unheardIn?: string;
  readonly met: readonly number[];
  readonly unseen?: true;
}

/** Looks for ports of an address that packets get to and nobody listens on. */
export class PortScans {
  private readonly known = new Map<string, PortScan>();

  constructor(private readonly flows: FlowClasses) {}

  private fate(from: string, to: string, proto: FlowProto, port: number): Fate {
    const told = this.flows.renamings.carriedOver(from, to, proto, port);
    if (told !== undefined) return { ...told, reach: reachOf(told.found), dports: [[port, port]], port };
    const found = this.flows.classOf({ from, to, proto, dport: port });
    const { dports, witness, fate, met, unseen } = found;
    const unheard = fate.unheardIn === undefined ? {} : { unheardIn: fate.unheardIn };
    return { dports, port: witness.dport ?? 1, reach: reachOf(found), met, ...unheard, ...(unseen && { unseen }) };
  }

  /** What becomes of packets to each port, ports that fare alike together; ports that somebody answers at may be left out. */
  private *fates(from: string, to: string, proto: FlowProto): Generator<Fate> {
    const done = new Uint8Array(PORT_MAX + 1);
    for (let port = 1; port > 0; port = done.indexOf(0, port + 1)) {
      if (this.flows.renamings.answered(from, to, proto, port)) continue;
      const found = this.fate(from, to, proto, port);
      for (const [lo, hi] of found.dports) done.fill(1, Number(lo), Number(hi) + 1);
      done[port] = 1;
      yield found;
    }
  }

  private anew(from: string, to: string, service: MatrixService): PortScan | undefined {
    const arrived: Fate[] = [];
    const met = new Set<number>();
    let other: Fate | undefined;
    let givenUp: Fate | undefined;
    for (const found of this.fates(from, to, service.proto)) {
      // who takes the other ports does not matter here
      const there = found.unheardIn === service.target;
      if (there) arrived.push(found);
      else if (found.reach === 'open') continue;
      // what is not known of some ports is not hidden by what is of others
      else if (other === undefined || (other.reach === 'closed' && found.reach !== 'closed')) other = found;
      for (const port of found.met) met.add(port);
      if (found.unseen) givenUp = found;
    }
    // of how many more packets get there nothing is known: the ports found by then are not all
    if (givenUp !== undefined && this.flows.machine.toil.isOver) return { met, port: givenUp.port };
    const shown = arrived[0] ?? other;
    if (shown === undefined) return undefined;
    const ports = toSet(arrived.flatMap(({ dports }) => [...intersect(dports, [[1, PORT_MAX]])]));
    return { met, port: shown.port, ...(arrived.length > 0 && { ports: formatPorts(ports) }) };
  }

  /** @returns what a client finds at an address of a namespace; undefined where every port is taken by somebody. */
  of(from: string, to: string, service: MatrixService): PortScan | undefined {
    const key = this.flows.renamings.allPorts(from, to, service.proto);
    const known = key === undefined ? undefined : this.known.get(key);
    if (known !== undefined) return known;
    const made = this.anew(from, to, service);
    if (key !== undefined && made !== undefined) this.known.set(key, made);
    return made;
  }
}

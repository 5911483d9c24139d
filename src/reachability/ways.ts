import { formatIp } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { FlowProto, FlowRequest, Outcome } from '../model/trace.js';
import { FlowClasses, type FlowClass } from './flow-class.js';
import { familyOfText } from './nearest.js';
import { addressesOf } from './services.js';
import type { Client } from './sources.js';

/** What a sender gets to by one address: classes of ports, with who takes them. */
export interface Way extends FlowClass {
  /** Gets an answer: surely, or only where what the snapshot does not tell goes so. */
  readonly through: Sureness;
  /** Gets an answer, or leaves the host, which is all that is known of what is sent outside. */
  readonly out: Sureness;
}

export type Sureness = 'yes' | 'no' | 'maybe';

function wayOf(found: FlowClass): Way {
  return { ...found, through: sure(found, (o) => o === 'connected'), out: sure(found, (o) => o === 'connected' || o === 'leaves-host') };
}

function sure({ fate, outcomes, opaque }: FlowClass, counts: (outcome: Outcome) => boolean): Sureness {
  const goes = outcomes.filter(counts).length;
  if (fate.outcome === 'unknown' && goes === 0) return outcomes.every((o) => o === 'unknown') ? 'maybe' : 'no';
  if (goes === 0) return opaque === undefined ? 'no' : 'maybe';
  return goes === outcomes.length && opaque === undefined ? 'yes' : 'maybe';
}

/** Finds all ways of senders to addresses, asking once for senders that fare alike. */
export class Ways {
  private readonly flows: FlowClasses;
  private readonly groups: ReadonlyMap<string, string>;
  private readonly known = new Map<string, readonly Way[]>();
  private readonly examples = new Map<string, string>();

  constructor(readonly machine: Machine) {
    this.flows = new FlowClasses(machine);
    this.groups = this.flows.renamings.groups;
  }

  private ask(from: string, to: string, proto: FlowProto): readonly Way[] {
    const key = `${from} ${to} ${proto}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const ways: Way[] = [];
    for (const found of this.flows.byDestinationPort({ from, to, proto })) ways.push(wayOf(found), ...this.otherSourcePorts(found));
    this.known.set(key, ways);
    return ways;
  }

  /** Rules may let through what comes from certain source ports: those are ways of their own. */
  private otherSourcePorts(found: FlowClass): readonly Way[] {
    const first = found.sports[0];
    const last = found.sports.at(-1);
    const { dport, proto } = found.witness;
    if (proto === 'icmp' || dport === undefined || (found.sports.length === 1 && first![0] <= 1 && last![1] === 65535)) return [];
    const others: Way[] = [];
    let rest = subtractPorts(found);
    for (let i = 0; rest.length > 0 && i < 8; i++) {
      const sport = Number(rest[0]![0]);
      const next = this.flows.classOf({ ...found.witness, sport });
      others.push(wayOf(next));
      rest = rest.flatMap((range) => removeAll(range, next.sports));
    }
    return others;
  }

  /** @returns all that becomes of a sender's packets to one address. */
  of(client: Client, to: string, proto: FlowProto): readonly Way[] {
    if (client.family !== undefined && client.family !== familyOfText(to)) return [];
    const { machine } = this;
    const netns = machine.namespaces.get(client.from);
    const group = netns === undefined ? undefined : this.groups.get(netns.name);
    const example = group === undefined ? undefined : (this.examples.get(group) ?? client.from);
    if (group === undefined || example === undefined || netns === undefined) return this.ask(client.from, to, proto);
    this.examples.set(group, example);
    if (example === client.from) return this.ask(client.from, to, proto);
    const theirs = this.ask(example, to, proto);
    const own = addressesOf(netns).map(formatIp).includes(to) || addressesOf(machine.namespaces.get(example)!).map(formatIp).includes(to);
    const concerned = theirs.some(
      (way) => way.fate.touched.includes(netns.name) || way.fate.delivered?.netns === example || way.fate.unheardIn === example,
    );
    if (own || concerned) return this.ask(client.from, to, proto);
    return theirs.map((way): Way => ({ ...way, witness: { ...way.witness, from: client.from } satisfies FlowRequest }));
  }
}

type Ports = FlowClass['sports'];

function removeAll(range: Ports[number], taken: Ports): Ports {
  let pieces: Ports = [range];
  for (const [lo, hi] of taken) {
    pieces = pieces.flatMap(([a, b]): Ports => {
      if (hi < a || lo > b) return [[a, b]];
      const left: Ports = lo > a ? [[a, Number(lo) - 1]] : [];
      return hi < b ? [...left, [Number(hi) + 1, b]] : left;
    });
  }
  return pieces;
}

function subtractPorts(found: FlowClass): Ports {
  return removeAll([1, 65535], found.sports);
}

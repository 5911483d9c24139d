import { formatIp } from '../address/ip.js';
import { causeOfKind, type Machine } from '../datapath/index.js';
import type { FlowProto, FlowRequest, Outcome } from '../model/trace.js';
import { FlowClasses } from './classes/flow-class.js';
import type { FlowClass } from './classes/equivalence-class.js';
import { MOST_SPORT_CLASSES } from './classes/patience.js';
import { familyOfText } from './nearest.js';
import { formatPorts, includes, PORT_MAX, subtract, toSet, type RangeSet } from '../address/ranges.js';
import { addressesOf } from '../surface/index.js';
import type { SourceClass } from './sources.js';

/** What a sender gets to by one address: classes of ports, with who takes them. */
export interface ReachClass extends FlowClass {
  /** Gets an answer: surely, or only where what the snapshot does not tell goes so. */
  readonly through: Certainty;
  /** Gets an answer, or leaves the host, which is all that is known of what is sent outside. */
  readonly out: Certainty;
}

export type Certainty = 'yes' | 'no' | 'maybe';

function wayOf(found: FlowClass): ReachClass {
  return { ...found, through: sure(found, (o) => o === 'connected'), out: sure(found, (o) => o === 'connected' || o === 'leaves-host') };
}

function sure({ outcomes, opaque }: FlowClass, counts: (outcome: Outcome) => boolean): Certainty {
  const goes = outcomes.filter(counts).length;
  // a side of which nothing is known may be the one that gets through
  if (goes === 0) return opaque === undefined && !outcomes.includes('unknown') ? 'no' : 'maybe';
  return goes === outcomes.length && opaque === undefined ? 'yes' : 'maybe';
}

/** Finds all ways of senders to addresses, asking once for senders that fare alike. */
export class ReachClasses {
  private readonly flows: FlowClasses;
  private readonly groups: ReadonlyMap<string, string>;
  private readonly known = new Map<string, readonly ReachClass[]>();
  private readonly examples = new Map<string, string>();

  constructor(readonly machine: Machine) {
    this.flows = new FlowClasses(machine);
    this.groups = this.flows.renamings.groups;
  }

  private ask(from: string, to: string, proto: FlowProto): readonly ReachClass[] {
    const key = `${from} ${to} ${proto}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const ways: ReachClass[] = [];
    for (const found of this.flows.byDestinationPort({ from, to, proto })) ways.push(wayOf(found), ...this.otherSourcePorts(found));
    this.known.set(key, ways);
    return ways;
  }

  /** Rules may let through what comes from certain source ports, to some of a class's destination ports: those are ways of their own. */
  private otherSourcePorts(found: FlowClass): readonly ReachClass[] {
    const { witness } = found;
    // what is not sure for one source port is not sure as a whole
    if (witness.proto === 'icmp' || witness.dport === undefined || found.opaque !== undefined) return [];
    const others: ReachClass[] = [];
    const left = [{ dports: found.dports, sports: besides(found, CLIENT_PORTS) }];
    for (let box = left.pop(); box !== undefined; box = left.pop()) {
      const { dports, sports } = box;
      const [first] = sports;
      if (first === undefined) continue;
      if (others.length >= MOST_SPORT_CLASSES) {
        others.push(unseen(found, dports, sports));
        continue;
      }
      const sport = Number(first[0]);
      for (const next of this.flows.byDestinationPort({ ...witness, sport }, dports)) {
        others.push(wayOf(next));
        left.push({ dports: next.dports, sports: besides(next, sports) });
      }
    }
    return others;
  }

  /** @returns all that becomes of a sender's packets to one address. */
  of(client: SourceClass, to: string, proto: FlowProto): readonly ReachClass[] {
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
    return theirs.map((way): ReachClass => ({ ...way, witness: { ...way.witness, from: client.from } satisfies FlowRequest }));
  }
}

/** Ports that somebody sends from. */
const CLIENT_PORTS: RangeSet = [[1, PORT_MAX]];

/** @returns which of these source ports a class does not tell of. Where both ports are one, only one port alone is asked about: rules treat that flow alike. */
function besides({ dports, sports, facing }: FlowClass, asked: RangeSet): RangeSet {
  if (facing === undefined) return subtract(asked, sports);
  const [port] = dports;
  const alone = dports.length === 1 && port![0] === port![1] && includes(asked, port![0]) ? [port!] : [];
  return toSet([...subtract(asked, facing), ...alone]);
}

function unseen({ witness, met, fate }: FlowClass, dports: RangeSet, sports: RangeSet): ReachClass {
  const reason = `source ports ${formatPorts(sports)} were not looked at: rules part them into too many classes`;
  const first = (ports: RangeSet): number => Math.max(1, Number(ports[0]?.[0] ?? 1));
  return {
    ...{ dports, sports, met, through: 'maybe', out: 'maybe', unseen: true, outcomes: ['unknown'] },
    witness: { ...witness, dport: first(dports), sport: first(sports) },
    fate: { outcome: 'unknown', cause: causeOfKind('too-much'), reason, rewritten: [], touched: fate.touched },
  };
}

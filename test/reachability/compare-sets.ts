import { createMachine, exploreFlow, traceFlow } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { fateOf } from '../../src/reachability/classes/flow-fate.js';
import { PacketSets, type PacketSet } from '../../src/reachability/packet-sets.js';
import { RandomPackets, type Draw } from './random-packets.js';
import { walkDifference, type Walked } from './same-walk.js';

/** A flow of which the set that holds it says something else than its own trace. */
export interface Disagreement {
  readonly flow: FlowRequest;
  readonly witness: FlowRequest;
  readonly difference: string;
}

/** So many walks of witnesses are kept; one that is needed again is walked again. */
const KEPT = 2048;
const MOST_WRONG = 20;
/** One packet in so many is asked of `traceFlow` as well. */
const TRACED = 8;

const sameFlow = (a: FlowRequest, b: FlowRequest): boolean =>
  a.from === b.from && a.to === b.to && a.proto === b.proto && a.sport === b.sport && a.dport === b.dport && a.src === b.src;

/** Walks flows one by one, on a machine that no set was made with. */
class SingleWalks {
  private readonly machine;
  private readonly witnesses = new Map<FlowRequest, Walked>();

  constructor(host: Host) {
    this.machine = createMachine(host);
  }

  walk(request: FlowRequest): Walked {
    return { request, exploration: exploreFlow(this.machine, request) };
  }

  /** What `trace` prints: it may come by a way that was learned from flows with other ports. */
  outcome(request: FlowRequest): string {
    return traceFlow(this.machine, request).outcome;
  }

  /** @param own the walk of a flow that may be the witness itself. */
  witness(request: FlowRequest, own: Walked): { readonly walked: Walked; readonly isNew: boolean } {
    const known = this.witnesses.get(request);
    if (known !== undefined) return { walked: known, isNew: false };
    const walked = sameFlow(request, own.request) ? own : this.walk(request);
    if (this.witnesses.size >= KEPT) this.witnesses.clear();
    this.witnesses.set(request, walked);
    return { walked, isNew: true };
  }
}

/** What a set says of its flows, held against its own witness. */
function fateDifference(
  { fate, outcomes }: PacketSet,
  { exploration: { trace, sides, outcomes: walked, complete } }: Walked,
): string | undefined {
  const sorted = (of: ReturnType<typeof fateOf>): string => JSON.stringify({ ...of, touched: [...of.touched].sort() });
  const own = sorted(fateOf(trace, sides));
  const said = sorted(fate);
  if (own !== said) return `${said} <> ${own}`;
  const ends = complete ? [...new Set(walked)] : ['unknown'];
  return [...outcomes].sort().join() === ends.sort().join() ? undefined : `${outcomes.join()} <> ${ends.join()}`;
}

/**
 * Asks for packets both ways: the set that holds each, and a walk of its own on another machine. A set's word is held
 * against the walk of its witness, and the witness's walk against that of every packet, step for step.
 */
export class SetCheck {
  private readonly sets: PacketSets;
  private readonly singles: SingleWalks;
  private readonly seen = new Set<FlowRequest>();
  private asked = 0;

  constructor(host: Host, machine = createMachine(host)) {
    this.sets = new PacketSets(machine);
    this.singles = new SingleWalks(host);
  }

  /** How many sets were met. */
  get met(): number {
    return this.seen.size;
  }

  private traceDifference({ request, exploration: { trace } }: Walked): string | undefined {
    if (this.asked++ % TRACED !== 0) return undefined;
    const traced = this.singles.outcome(request);
    return traced === trace.outcome ? undefined : `trace says ${traced}`;
  }

  /** @returns in what a packet and the set that holds it differ; undefined where they agree. */
  disagreement(flow: FlowRequest): Disagreement | undefined {
    const set = this.sets.of(flow);
    const { witness } = set;
    this.seen.add(witness);
    const own = this.singles.walk(flow);
    const { walked, isNew } = this.singles.witness(witness, own);
    const difference = (isNew ? fateDifference(set, walked) : undefined) ?? walkDifference(walked, own) ?? this.traceDifference(own);
    return difference === undefined ? undefined : { flow, witness, difference };
  }
}

/** Asks for random packets both ways. */
export function compareSets(host: Host, packets: number, draw: Draw): { readonly wrong: readonly Disagreement[]; readonly sets: number } {
  const machine = createMachine(host);
  const check = new SetCheck(host, machine);
  const random = new RandomPackets(machine, draw);
  const wrong: Disagreement[] = [];
  for (let n = 0; n < packets && wrong.length < MOST_WRONG; n++) {
    const found = check.disagreement(random.next());
    if (found !== undefined) wrong.push(found);
  }
  return { wrong, sets: check.met };
}

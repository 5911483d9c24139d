import { ALL_PORTS, PORT_MAX, type RangeSet, includes, intersect, subtract, toSet } from '../../address/ranges.js';
import { type Machine, exploreFlow, type NetnsState, DEFAULT_SPORT } from '../../datapath/index.js';
import type { Origin } from '../../model/origin.js';
import type { FlowProto, FlowRequest, Step } from '../../model/trace.js';
import { Renamings } from '../symmetry/renaming.js';
import type { FlowClass } from './equivalence-class.js';
import { type FlowFate, fateOf } from './flow-fate.js';
import { Narrowing, ONLY, type Translator, ownDeliveries, translatorOf } from './narrowing.js';
import type { Partition } from './partition.js';
import { Patience } from './patience.js';
import { arrivalUnnoted, listeningPorts } from './arrival.js';
import { TablePorts, partitionPorts } from './table-ports.js';

/**
 * Exact classes of flows, found by refinement: one member is walked by the datapath itself, and each station it met (a
 * table, a routing decision, a socket) says which other ports it cannot tell from the member's. What those sets have in
 * common is treated alike all the way; what is left over is walked next. The conditions are read from the predicates
 * that the walk itself evaluates, so there is no second description of a match.
 */
export class FlowClasses {
  private readonly walked = new Map<string, { readonly single: Map<number, FlowClass[]>; readonly wide: FlowClass[] }>();
  private readonly tables: TablePorts;
  readonly renamings: Renamings;
  private readonly sockets = new Map<string, Partition | undefined>();
  private readonly routing = new Map<NetnsState, Partition | undefined>();
  /** Lists of ports that are done with, for whoever parts ports next: each is as large as a hundred answers. */
  private readonly scratch: Uint8Array[] = [];
  private readonly patience = new Patience();

  constructor(readonly machine: Machine) {
    machine.toil.allow();
    this.tables = new TablePorts(machine.toil);
    this.renamings = new Renamings(machine);
  }

  /** How those of a namespace's listeners that could take a packet part destination ports. */
  private listeners(ns: NetnsState, proto: FlowProto, dst: string): Partition | undefined {
    const key = `${ns.name} ${proto} ${dst}`;
    if (!this.sockets.has(key)) this.sockets.set(key, partitionPorts(listeningPorts(ns, proto, dst)));
    return this.sockets.get(key);
  }

  /** How a namespace's policy rules part ports. */
  private policy(ns: NetnsState): Partition | undefined {
    if (!this.routing.has(ns)) {
      const ranges = ns.netns.rules.flatMap((rule) => [rule.sport, rule.dport].filter((range) => range !== undefined));
      this.routing.set(ns, partitionPorts(ranges));
    }
    return this.routing.get(ns);
  }

  /** A packet met a namespace's policy rules. */
  private routed(
    { netns, packet, leg }: Pick<Step, 'netns' | 'leg'> & { readonly packet: Pick<Step['packet'], 'sport' | 'dport'> },
    into: Narrowing,
  ): void {
    const parts = this.policy(this.machine.namespaces.get(netns) ?? this.machine.root);
    into.saw(packet.sport, parts, leg);
    into.saw(packet.dport, parts, leg);
  }

  private station(step: Step, proto: FlowProto, ct: string | undefined, into: Narrowing): Origin | undefined {
    const ns = this.machine.namespaces.get(step.netns) ?? this.machine.root;
    const { sport, dport } = step.packet;
    switch (step.kind) {
      case 'table': {
        // pings and errors bear no ports, but their connection has some
        const parts = this.tables.of(ns, step, sport === undefined ? 'icmp' : proto, ct);
        into.saw(sport, parts.sport, step.leg);
        into.saw(dport, parts.dport, step.leg);
        if (parts.ct !== undefined) into.sawBeginning(parts.ct, step.leg);
        return parts.opaque;
      }
      case 'nat':
        into.translated(step, ct);
        return undefined;
      case 'route':
        this.routed(step, into);
        return undefined;
      case 'deliver':
      case 'error':
        if (!step.reply) into.saw(dport, this.listeners(ns, proto, step.packet.dst), step.leg);
        return undefined;
      default:
        return undefined;
    }
  }

  /** Narrows by one walk. Conntrack's word holds until the packet comes to another namespace, or turns back. */
  private side(steps: readonly Step[], proto: FlowProto, into: Narrowing): Origin | undefined {
    let opaque: Origin | undefined;
    let ct: { readonly state: string; readonly at: string } | undefined;
    let translator: Translator | undefined;
    let before: Step['packet'] | undefined;
    for (const step of steps) {
      if (translator !== undefined && step.kind !== 'nat') into.stayed(translator);
      translator = translatorOf(step);
      const { sport, dport } = step.packet;
      if (sport !== undefined) into.met.add(sport);
      if (dport !== undefined) into.met.add(dport);
      if (
        step.kind === 'table' &&
        before !== undefined &&
        (before.sport !== sport || before.dport !== dport) &&
        step.hits.some((hit) => hit.writes === true)
      )
        into.alone();
      before = step.packet;
      if (into.settled) continue;
      const at = `${step.netns} ${step.leg} ${step.reply}`;
      if (step.kind === 'conntrack') ct = { state: step.state, at };
      else if (step.kind === 'link' || (ct !== undefined && ct.at !== at)) ct = undefined;
      opaque = this.station(step, proto, ct?.state, into) ?? opaque;
    }
    // a lookup that no listing answers leaves no step: the rules that it met part ports all the same
    const last = steps.at(-1);
    if (last !== undefined && !into.settled) this.routed(last, into);
    const arrived = into.settled ? undefined : arrivalUnnoted(steps);
    if (arrived !== undefined)
      opaque = this.station({ ...arrived, kind: 'deliver', socket: '', text: '' }, proto, ct?.state, into) ?? opaque;
    return opaque;
  }

  /** Finds the class of a flow: one that was walked already, or a new one. */
  classOf(request: FlowRequest): FlowClass {
    const { from, to, proto, sport = DEFAULT_SPORT, dport = 0, src } = request;
    const key = `${from} ${to} ${proto ?? ''} ${src ?? ''}`;
    let classes = this.walked.get(key);
    if (classes === undefined) {
      classes = { single: new Map(), wide: [] };
      this.walked.set(key, classes);
    }
    const known =
      classes.single.get(dport)?.find((c) => includes(c.sports, sport)) ??
      classes.wide.find((c) => includes(c.dports, dport) && includes(c.sports, sport));
    if (known !== undefined) return known;
    const own = classes;
    return this.renamings.classOf(request, (one) => {
      const found = this.walk(one);
      const alone = found.dports.length === 1 && found.dports[0]![0] === found.dports[0]![1];
      if (!alone) own.wide.push(found);
      else own.single.set(dport, [...(own.single.get(dport) ?? []), found]);
      return found;
    });
  }

  /**
   * Walks one flow and finds every flow that goes the same way. Where more is open than is looked at, nothing is told of any
   * of those that the walks seen so far do not tell apart.
   */
  private walk(request: FlowRequest): FlowClass {
    const { trace, sides, outcomes, complete } = exploreFlow(this.machine, request, this.patience.sides);
    this.patience.spend(sides.length);
    if (trace.exceeded?.what === 'work') return givenUp(request, fateOf(trace, sides));
    const proto = trace.flow.proto;
    const base = {
      ...{ witness: request, fate: fateOf(trace, sides), outcomes: complete ? [...new Set(outcomes)] : (['unknown'] as const) },
      ...(!complete && { unseen: true as const }),
    };
    const flow = { sport: request.sport ?? DEFAULT_SPORT, dport: request.dport ?? 0 };
    const narrowing = new Narrowing(flow);
    const isPing = proto === 'icmp';
    // where not even the sender's route is listed no step is told
    if (sides.some((steps) => steps.length === 0))
      this.routed({ netns: this.machine.namespaces.get(request.from)?.name ?? this.machine.root.name, packet: flow, leg: 0 }, narrowing);
    const opaque = sides.reduce<Origin | undefined>((found, steps) => this.side(steps, proto, narrowing) ?? found, undefined);
    // a connection to oneself meets its own answer where both ports are one
    const back = trace.flow.src === trace.flow.dst ? new Set([flow.dport]) : ownDeliveries(sides);
    for (const port of back) if (port !== flow.dport) narrowing.keepApart(port);
    const facing = back.has(flow.dport) && flow.sport !== flow.dport ? { facing: narrowing.sports } : {};
    if (back.has(flow.dport)) narrowing.keepApart();
    const { sports, dports, met } = narrowing;
    this.machine.toil.spend((sports.length + dports.length) * PER_RANGE);
    // rules on raw bytes may read a ping's number; there are no ports besides
    if (isPing) return { ...base, sports: opaque === undefined ? sports : ONLY(flow.sport), dports: ALL_PORTS, met: [] };
    return { ...base, sports, dports, ...facing, met: [...met], ...(opaque !== undefined && { opaque }) };
  }

  /** Walks a flow for itself alone, where no range describes who fares like it. */
  single(request: FlowRequest): FlowClass {
    const { opaque: _opaque, ...found } = this.walk(request);
    return { ...found, sports: ONLY(request.sport ?? DEFAULT_SPORT), dports: ONLY(request.dport ?? 0) };
  }

  /**
   * Parts all destination ports, for one source port.
   * @param request whose `dport` is left open.
   */
  *byDestinationPort(request: Omit<FlowRequest, 'dport'>, within: RangeSet = ALL_PORTS): Generator<FlowClass> {
    if (request.proto === 'icmp') {
      yield this.classOf(request);
      return;
    }
    let left = within === ALL_PORTS ? undefined : from1(within);
    while (left !== undefined && left.length <= FEW_RANGES) {
      const [first] = left;
      if (first === undefined) return;
      const found = this.classOf({ ...request, dport: Number(first[0]) });
      const dports = intersect(found.dports, within);
      left = subtract(left, includes(dports, first[0]) ? dports : toSet([...dports, [first[0], first[0]]]));
      yield { ...found, dports };
    }
    yield* this.byMarkedPort(request, within, left ?? within);
  }

  /** The same where the ports that are left are many ranges: each port is marked. */
  private *byMarkedPort(request: Omit<FlowRequest, 'dport'>, within: RangeSet, left: RangeSet): Generator<FlowClass> {
    const done = (this.scratch.pop() ?? new Uint8Array(PORT_MAX + 1)).fill(1);
    try {
      for (const [lo, hi] of left) done.fill(0, Math.max(1, Number(lo)), Number(hi) + 1);
      for (let port = done.indexOf(0); port >= 0; port = done.indexOf(0, port + 1)) {
        const found = this.classOf({ ...request, dport: port });
        const dports = within === ALL_PORTS ? found.dports : intersect(found.dports, within);
        for (const [a, b] of dports) done.fill(1, Number(a), Number(b) + 1);
        done[port] = 1;
        yield { ...found, dports };
      }
    } finally {
      this.scratch.push(done);
    }
  }
}

/** What it costs to join one range of ports with those of the stations on the way. */
const PER_RANGE = 4;

/** What is not looked at is the same at every port. */
function givenUp(witness: FlowRequest, fate: FlowFate): FlowClass {
  return { witness, fate, outcomes: ['unknown'], unseen: true, sports: ALL_PORTS, dports: ALL_PORTS, met: [] };
}

/** Up to so many ranges of ports are parted as ranges; marking all 65,535 for each class of source ports was a third of `check --init` on a host of 20 rules. */
const FEW_RANGES = 64;

/** @returns the ports of a set, without 0, which nobody is asked at. */
function from1(ports: RangeSet): RangeSet {
  return subtract(ports, [[0, 0]]);
}

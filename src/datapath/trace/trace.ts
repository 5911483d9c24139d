import type { FlowRequest, Outcome, Step, Trace } from '../../model/trace.js';
import { OutOfBudget } from '../walk/budget.js';
import { assemble, unresolved, type Outing } from './assemble.js';
import type { PortBox, Ports } from '../cache/port-box.js';
import { withNobody } from '../endpoints/nobody.js';
import { connect } from '../connection/connect.js';
import { entered } from '../connection/entry.js';
import { UnknownEndpoint } from '../endpoints/unknown.js';
import { followProxy } from '../proxy/follow.js';
import type { Machine } from '../machine/machine.js';
import { firstPlanOf, plansOf, type Plan } from '../endpoints/plan.js';
import { MissingListing } from '../walk/missing-listing.js';
import { STACK } from '../stack/index.js';
import { Walk } from '../walk/walk.js';

const MOST_WALKS = 128;
const NO_SCRIPT: readonly number[] = [];

/** How a walk is made: for other ports as well, or one of all ways that there are, alike or not. */
interface Manner {
  readonly box?: PortBox;
  readonly mostWays?: number;
  /** So many sides are walked at most, where that is fewer than usual. */
  readonly mostSides?: number;
}

function outing(machine: Machine, plan: Plan, script: readonly number[], { box, mostWays }: Manner = {}): Outing {
  const walk = new Walk(machine, STACK, script, machine.answers, box, mostWays);
  try {
    machine.toil.begin();
    const placed = entered(walk, plan);
    return { walk, result: followProxy(walk, placed, connect(walk, placed)) };
  } catch (error) {
    if (error instanceof OutOfBudget) {
      walk.exceeded = error.exceeded;
      return { walk, result: { outcome: 'unknown', reason: { kind: 'too-much', ...error.exceeded }, sent: undefined } };
    }
    if (!(error instanceof MissingListing)) throw error;
    walk.missing.add(error.message);
    return { walk, result: { outcome: 'unknown', reason: { kind: 'missing', what: error.message, where: 'listing' }, sent: undefined } };
  } finally {
    machine.toil.walked(walk.oracle.tried, walk.steps.length + walk.received);
  }
}

/** Walks every side of every question the snapshot leaves open, the usual side first. */
function allOutings(machine: Machine, plan: Plan, manner?: Manner): { readonly outings: readonly Outing[]; readonly complete: boolean } {
  const first = outing(machine, plan, NO_SCRIPT, manner);
  const outings: Outing[] = [first];
  if (first.walk.exceeded !== undefined) return { outings, complete: false };
  const most = manner?.mostSides ?? MOST_WALKS;
  const scripts: number[][] = [];
  otherSides(scripts, first, 0);
  for (let script = scripts.pop(); script !== undefined; script = scripts.pop()) {
    if (outings.length >= most) return { outings, complete: false };
    const one = outing(machine, plan, script, manner);
    outings.push(one);
    otherSides(scripts, one, script.length);
  }
  return { outings, complete: true };
}

/** Adds the scripts that take the other ways at what a walk crossed beyond its own script. */
function otherSides(scripts: number[][], { walk: { oracle } }: Outing, scripted: number): void {
  const { crossings } = oracle;
  for (let i = crossings.length - 1; i >= scripted; i--) {
    const before = crossings.slice(0, i).map(({ taken }) => taken);
    for (let way = Math.min(crossings[i]!.ways - 1, MOST_WALKS); way > 0; way--) scripts.push([...before, way]);
  }
}

/** A trace with every side that was walked for it: what the answer rests on. */
export interface Exploration {
  readonly trace: Trace;
  /** The steps of each walk, the usual side first. */
  readonly sides: readonly (readonly Step[])[];
  /** What the client sees on each side, in the same order. */
  readonly outcomes: readonly Outcome[];
  /** Whether all sides were walked to their ends. */
  readonly complete: boolean;
}

const unwalked = (trace: Trace): Exploration => ({ trace, sides: [], outcomes: [trace.outcome], complete: true });

function explorePlan(machine: Machine, plan: Plan, manner?: Manner): Exploration {
  const { outings, complete } = allOutings(machine, plan, manner);
  return {
    trace: withNobody(machine, plan.request, assemble(plan, outings, complete)),
    sides: outings.map((o) => o.walk.steps),
    outcomes: outings.map((o) => o.result.outcome),
    complete: complete && outings.every((o) => o.walk.exceeded === undefined),
  };
}

/**
 * Traces a flow to every address of its destination (`--all`), the one the client would choose first.
 * A name that the snapshot does not hold gives one `unknown` trace that says so.
 */
export function traceAll(machine: Machine, request: FlowRequest): readonly Trace[] {
  try {
    return plansOf(machine, request).map((plan) => explorePlan(machine, plan).trace);
  } catch (error) {
    if (error instanceof UnknownEndpoint) return [unresolved(request, error, machine.unread)];
    throw error;
  }
}

/** Walks a plan with other ports; undefined where something is asked on the way, so that it is not one walk that decides. */
function walkPorts(machine: Machine, plan: Plan, ports: Ports, box: PortBox): Trace | undefined {
  const moved = { ...plan, ...ports };
  const one = outing(machine, moved, NO_SCRIPT, { box });
  return one.walk.oracle.asked.length === 0 && one.walk.exceeded === undefined ? assemble(moved, [one], true) : undefined;
}

/** The trace of a plan by a way that is known, or that is worth learning. */
function byKnownWay(machine: Machine, plan: Plan): Trace | undefined {
  if (machine.routesByPort) return undefined;
  const { request, ways, sport, dport } = plan;
  const known = ways.find(request, plan);
  if (known !== undefined || !ways.missed(plan)) return known;
  ways.learn({ sport, dport }, (ports, box) => walkPorts(machine, plan, ports, box));
  return ways.find(request, plan);
}

/** Traces a flow to the address that the client would choose. */
export function traceFlow(machine: Machine, request: FlowRequest): Trace {
  try {
    const plan = firstPlanOf(machine, request);
    const known = byKnownWay(machine, plan);
    return known === undefined ? explorePlan(machine, plan).trace : withNobody(machine, request, known);
  } catch (error) {
    if (error instanceof UnknownEndpoint) return unresolved(request, error, machine.unread);
    throw error;
  }
}

/**
 * Traces every way a flow may go: one trace for each side of what the snapshot leaves open, the usual side first; also for
 * those that come to the same by other rules.
 * @returns none where nothing can be traced, or too much is open.
 */
export function traceSides(machine: Machine, request: FlowRequest): readonly Trace[] {
  try {
    const plan = firstPlanOf(machine, request);
    const { outings, complete } = allOutings(machine, plan, { mostWays: MOST_WALKS + 1 });
    return complete ? outings.map((one) => assemble(plan, [one], true)) : [];
  } catch (error) {
    if (error instanceof UnknownEndpoint) return [];
    throw error;
  }
}

/**
 * Traces a flow as `traceFlow` does, and hands out every side that was walked: packet sets are made of them.
 * @param mostSides so many at most: whoever asks about many flows has so much patience with each.
 */
export function exploreFlow(machine: Machine, request: FlowRequest, mostSides = MOST_WALKS): Exploration {
  try {
    return explorePlan(machine, firstPlanOf(machine, request), { mostSides });
  } catch (error) {
    if (error instanceof UnknownEndpoint) return unwalked(unresolved(request, error, machine.unread));
    throw error;
  }
}

import { familyOf, formatIp, parseIp, type Ip } from '../address/ip.js';
import type { FlowProto, FlowRequest, Outcome, Step, Trace, TracedFlow } from '../model/trace.js';
import { connect, type Client, type Result } from './connection.js';
import { isSubnet, resolveClient, resolveDestinations, splitDestination, UnknownEndpoint } from './endpoints.js';
import type { Machine } from './machine.js';
import { endpointText } from './nat.js';
import { toAssumption, TooManyQuestions, type Asked } from './oracle.js';
import { MissingListing, Walk } from './walk.js';

/** The source port that probes use unless told otherwise: the first of the range that IANA leaves to clients. */
const DEFAULT_SPORT = 49152;
const MOST_WALKS = 128;

interface Plan {
  readonly request: FlowRequest;
  readonly client: Client;
  readonly proto: FlowProto;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
}

interface Outing {
  readonly walk: Walk;
  readonly result: Result;
}

/** A proxy that took the connection opens its own; the first client sees what becomes of both. */
function followProxy(walk: Walk, plan: Plan, first: Result): Result {
  const { proxy } = first;
  if (proxy === undefined) return first;
  const { ns, socket, target } = proxy;
  const process = socket.process ?? 'docker-proxy';
  const last = walk.steps.at(-1);
  const note = (text: string, to: string): void => {
    if (last !== undefined)
      walk.steps.push({
        netns: ns.name,
        leg: 1,
        reply: false,
        packet: last.packet,
        kind: 'proxy',
        process,
        text,
        to,
        origin: socket.origin,
      });
  };
  if (target === 'unknown') {
    note(`${process} takes the connection; which container it stands for is not in the snapshot`, '');
    const what = `${process} on ${socket.proto} ${socket.port} takes the connection, and docker inspect, which would name its container, is not in the snapshot`;
    return { ...first, outcome: plan.proto === 'udp' ? 'unknown' : 'connected', reason: what };
  }
  const to = endpointText(target.ip, target.port, false);
  const whom = `${target.container ?? 'the container'} at ${to}${target.inferred === undefined ? '' : ` (${target.inferred})`}`;
  note(`${process} takes the connection and opens its own to ${whom}`, to);
  const second = connect(walk, {
    client: { kind: 'netns', ns, src: undefined },
    proto: plan.proto,
    dst: target.ip,
    sport: plan.sport + 1,
    dport: target.port,
    leg: 1,
  });
  const via = `${process} takes it and dials ${whom}`;
  if (second.outcome === 'connected') {
    const answered = proxy.answerLater?.() ?? first;
    return { ...answered, reason: `${via}: ${answered.outcome === 'connected' ? second.reason : answered.reason}` };
  }
  if (second.outcome === 'unknown') return { ...first, outcome: 'unknown', reason: `${via}: ${second.reason}` };
  const hangs = plan.proto === 'udp' || second.outcome === 'timeout' || second.reason.includes('no neighbour');
  if (hangs) return { ...first, outcome: 'timeout', reason: `${via}, in vain: ${second.reason}; the client hears nothing` };
  return { ...first, reason: `${via}, in vain (${second.reason}); the client is connected to the proxy and then closed` };
}

function outing(machine: Machine, plan: Plan, script: readonly boolean[]): Outing {
  const walk = new Walk(machine, script, machine.answers);
  try {
    const first = connect(walk, { ...plan, leg: 0 });
    return { walk, result: followProxy(walk, plan, first) };
  } catch (error) {
    if (!(error instanceof MissingListing)) throw error;
    walk.missing.add(error.message);
    return { walk, result: { outcome: 'unknown', reason: `the snapshot lacks ${error.message}`, sent: undefined } };
  }
}

/** Walks every side of every question the snapshot leaves open, the usual side first. */
function allOutings(machine: Machine, plan: Plan): { readonly outings: readonly Outing[]; readonly complete: boolean } {
  const outings: Outing[] = [];
  const scripts: boolean[][] = [[]];
  for (let script = scripts.pop(); script !== undefined; script = scripts.pop()) {
    if (outings.length >= MOST_WALKS) return { outings, complete: false };
    const one = outing(machine, plan, script);
    outings.push(one);
    const open = one.walk.oracle.asked.filter((a) => !a.given);
    for (let i = open.length - 1; i >= script.length; i--) scripts.push([...open.slice(0, i).map((a) => a.answer), !open[i]!.answer]);
  }
  return { outings, complete: true };
}

interface Fork {
  readonly asked: Asked;
  /** What the other side of the question comes to. */
  readonly other: Outcome;
}

/**
 * The first open question of the usual walk whose other side ends differently: one that does so by itself, everything
 * asked later being as usual, before one that needs another besides.
 */
function separating(usual: Outing, others: readonly Outing[]): Fork | undefined {
  const openOf = (o: Outing): readonly Asked[] => o.walk.oracle.asked.filter((a) => !a.given);
  const open = openOf(usual);
  const differing = others.filter((o) => o.result.outcome !== usual.result.outcome);
  for (const byItself of [true, false]) {
    for (let i = 0; i < open.length; i++) {
      const other = differing.find((o) => {
        const theirs = openOf(o);
        const alone = theirs.slice(i + 1).every((a) => a.answer === a.question.usual);
        return theirs.findIndex((a, k) => a.answer !== open[k]?.answer) === i && (alone || !byItself);
      });
      if (other !== undefined) return { asked: open[i]!, other: other.result.outcome };
    }
  }
  return undefined;
}

function tracedFlow(plan: Plan, result: Result): TracedFlow {
  const { request, proto, dst, dport, sport } = plan;
  const src = result.sent?.src;
  return {
    ...(request.id !== undefined && { id: request.id }),
    from: request.from,
    to: request.to,
    proto,
    ...(src !== undefined && { src: formatIp(src) }),
    ...(proto !== 'icmp' && { sport }),
    dst: formatIp(dst),
    ...(proto !== 'icmp' && { dport }),
  };
}

function unknownReason({ asked, other }: Fork, usual: Outcome): string {
  const where = asked.origin === undefined || asked.origin.line === 0 ? '' : ` (${asked.origin.file}:${asked.origin.line})`;
  const { question } = asked;
  const sides = `\`--assume ${question.category}=${asked.answer ? question.yes : question.no}\` gives ${usual}, ${question.category}=${asked.answer ? question.no : question.yes} gives ${other}`;
  return `it depends on ${question.detail}${where}; ${sides}`;
}

function assemble(plan: Plan, outings: readonly Outing[], complete: boolean): Trace {
  const [usual, ...others] = outings;
  if (usual === undefined) throw new Error('a flow was walked no way');
  const { walk, result } = usual;
  const common = { format: 'dtrace-path-trace/1', flow: tracedFlow(plan, result) } as const;
  const agreed = complete && others.every((o) => o.result.outcome === result.outcome);
  const fork = agreed ? undefined : separating(usual, others);
  const assumptions = walk.oracle.asked.filter((a) => a !== fork?.asked).map(toAssumption);
  const missing = [...walk.missing, ...walk.oracle.asked.filter((a) => a.question.category === 'missing').map((a) => a.question.detail)];
  if (agreed || fork === undefined) {
    return {
      ...common,
      outcome: agreed ? result.outcome : 'unknown',
      reason: agreed
        ? result.reason
        : `too much depends on what the snapshot does not tell: ${walk.oracle.asked[0]?.question.detail ?? 'nothing was asked'}`,
      ...(result.origin !== undefined && { decidedBy: result.origin }),
      packets: walk.packets,
      rules: walk.rules,
      steps: walk.steps,
      assumptions,
      missing,
    };
  }
  return {
    ...common,
    outcome: 'unknown',
    reason: unknownReason(fork, result.outcome),
    ...(fork.asked.origin !== undefined && { decidedBy: fork.asked.origin }),
    packets: walk.packets.slice(0, fork.asked.at.packets),
    rules: walk.rules.slice(0, fork.asked.at.rules),
    steps: walk.steps.slice(0, fork.asked.at.steps),
    assumptions,
    missing,
  };
}

function unresolved(request: FlowRequest, message: string): Trace {
  const proto = request.proto ?? (request.dport === undefined ? 'icmp' : 'tcp');
  return {
    format: 'dtrace-path-trace/1',
    flow: { ...(request.id !== undefined && { id: request.id }), from: request.from, to: request.to, proto },
    outcome: 'unknown',
    reason: message,
    packets: [],
    rules: [],
    steps: [],
    assumptions: [],
    missing: [message],
  };
}

/** A trace with every side that was walked for it: what the answer rests on. */
export interface Exploration {
  readonly trace: Trace;
  /** The steps of each walk, the usual side first. */
  readonly sides: readonly (readonly Step[])[];
  /** What the client sees on each side, in the same order. */
  readonly outcomes: readonly Outcome[];
  /** Whether all sides were walked. */
  readonly complete: boolean;
}

const unwalked = (trace: Trace, complete: boolean): Exploration => ({ trace, sides: [], outcomes: [trace.outcome], complete });

function explorePlan(machine: Machine, plan: Plan): Exploration {
  try {
    const { outings, complete } = allOutings(machine, plan);
    return {
      trace: assemble(plan, outings, complete),
      sides: outings.map((o) => o.walk.steps),
      outcomes: outings.map((o) => o.result.outcome),
      complete,
    };
  } catch (error) {
    if (!(error instanceof TooManyQuestions)) throw error;
    return unwalked(unresolved(plan.request, `too much depends on what the snapshot does not tell, for one: ${error.message}`), false);
  }
}

/** Reads a question: every plan it stands for, the client's first choice of address first. */
function plansOf(machine: Machine, request: FlowRequest): readonly Plan[] {
  const { name, port } = splitDestination(request.to);
  const dport = request.dport ?? port;
  const proto = request.proto ?? (dport === undefined ? 'icmp' : 'tcp');
  if (isSubnet(name)) throw new UnknownEndpoint(`"${name}" is a subnet; name one address in it`);
  if (proto !== 'icmp' && dport === undefined) throw new UnknownEndpoint(`a ${proto} flow needs a port: --port N, or ${request.to}:N`);
  const src = request.src === undefined ? undefined : parseIp(request.src);
  if (request.src !== undefined && src === undefined) throw new UnknownEndpoint(`"${request.src}" is no IP address to send from`);
  const bare = parseIp(name);
  // an outside machine that was not given an address has one of the family that the name can be reached by
  const guess = request.from === 'internet' && src === undefined && bare === undefined;
  const wanted = bare ?? src ?? parseIp(request.from) ?? (guess ? resolveDestinations(machine, name, undefined)[0] : undefined) ?? 0;
  const hint = resolveClient(machine, request.from, src, familyOf(wanted));
  const destinations = resolveDestinations(machine, name, hint.kind === 'netns' ? hint.ns : undefined);
  const usable = destinations.filter((dst) => hint.src === undefined || familyOf(hint.src) === familyOf(dst));
  if (usable.length === 0) throw new UnknownEndpoint(`${request.from} and ${request.to} have no address family in common`);
  return usable.map((dst) => ({ request, client: hint, proto, dst, sport: request.sport ?? DEFAULT_SPORT, dport: dport ?? 0 }));
}

/**
 * Traces a flow to every address of its destination (`--all`), the one the client would choose first.
 * A name that the snapshot does not hold gives one `unknown` trace that says so.
 */
export function traceAll(machine: Machine, request: FlowRequest): readonly Trace[] {
  try {
    return plansOf(machine, request).map((plan) => explorePlan(machine, plan).trace);
  } catch (error) {
    if (error instanceof UnknownEndpoint) return [unresolved(request, error.message)];
    throw error;
  }
}

/** Traces a flow to the address that the client would choose. */
export function traceFlow(machine: Machine, request: FlowRequest): Trace {
  return exploreFlow(machine, request).trace;
}

/** Traces a flow as `traceFlow` does, and hands out every side that was walked: packet sets are made of them. */
export function exploreFlow(machine: Machine, request: FlowRequest): Exploration {
  try {
    const [plan] = plansOf(machine, request);
    return plan === undefined ? unwalked(unresolved(request, 'nothing to trace'), true) : explorePlan(machine, plan);
  } catch (error) {
    if (error instanceof UnknownEndpoint) return unwalked(unresolved(request, error.message), true);
    throw error;
  }
}

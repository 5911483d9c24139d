import { afterCommands } from '../change/index.js';
import { createMachine, traceFlow, type Machine } from '../datapath/index.js';
import { isHostNetns } from '../model/netns.js';
import type { FlowRequest, Outcome, Remedy, Trace } from '../model/trace.js';
import { containerAt } from './account/ends.js';
import { accountOf } from './account/index.js';
import type { Candidate } from './ways/candidate.js';
import { connecting } from './ways/connect.js';
import { byFrontEnd } from './ways/front-end.js';
import { leadingOut } from './ways/lead-out.js';
import { alsoOpened } from './ways/opens.js';
import { publish } from './ways/publish.js';
import { byRules } from './ways/rules.js';

export { accountOf } from './account/index.js';

export interface AdviceOptions {
  /** Remedies as well that pass the rules by which Docker keeps networks and containers apart. */
  readonly holes?: boolean;
}

const isOpen = (outcome: Outcome): boolean => outcome === 'connected' || outcome === 'leaves-host';

/** An end by the name that other flows have it by. */
function nameOf(machine: Machine, end: string): string {
  const container = containerAt(machine, end);
  return container === undefined || isHostNetns(container.netns) ? end : container.name;
}

/** Walks a candidate on the model. @returns undefined unless the flow then arrives and is answered. */
function proved(machine: Machine, request: FlowRequest, trace: Trace, candidate: Candidate): Remedy | undefined {
  const { way, why, commands, model, ask, compose, lasts, hole, isOut } = candidate;
  const host = afterCommands(machine.host, model ?? commands);
  if (host === undefined) return undefined;
  const fixed = {
    ...request,
    to: trace.flow.dst ?? request.to,
    proto: trace.flow.proto,
    ...(trace.flow.dport !== undefined && { dport: trace.flow.dport }),
  };
  const { outcome } = traceFlow(createMachine(host, { assume: machine.answers }), ask ?? fixed);
  // what a rule lets out was walked with the answer that may come in
  if (outcome !== 'connected' && !(outcome === 'leaves-host' && (way === 'rules' || way === 'setting' || isOut === true))) return undefined;
  const [from, to] = [nameOf(machine, trace.flow.from), nameOf(machine, trace.flow.to)];
  return {
    way,
    why,
    commands,
    then: outcome,
    ...(compose !== undefined && { compose }),
    opens: alsoOpened({ machine, after: host, ends: [from, to], asked: { ...(ask ?? fixed), from, to: ask?.to ?? to } }),
    lasts,
    ...(hole && { hole }),
  };
}

const countOf = ({ opens }: Remedy): number => opens?.count ?? 0;

/** The first of several ways to the same that works, and the one that opens least, where that is less. */
function narrowest(found: readonly Remedy[]): readonly Remedy[] {
  const [first] = found;
  if (first === undefined) return [];
  const least = found.reduce((a, b) => (countOf(b) < countOf(a) ? b : a));
  return least === first ? [first] : [first, least];
}

const WAYS = [connecting, leadingOut, publish, byFrontEnd, byRules];

/**
 * @param trace as `traceFlow` gave it.
 * @returns all that would open a flow, in the order people should try it, each walked on the model there and back; nothing where it is open,
 *   or not known to be closed.
 */
function remediesFor(machine: Machine, request: FlowRequest, trace: Trace): readonly Remedy[] {
  if (isOpen(trace.outcome) || trace.outcome === 'unknown') return [];
  return WAYS.flatMap((way) =>
    narrowest(way(machine, request, trace).flatMap((candidate) => proved(machine, request, trace, candidate) ?? [])),
  );
}

/** @returns a trace with what its first sentence is made of, and with what would open it. */
export function advise(machine: Machine, request: FlowRequest, trace: Trace, options: AdviceOptions = {}): Trace {
  const found = remediesFor(machine, request, trace);
  const remedies = options.holes === true ? found : found.filter(({ hole }) => hole === undefined);
  const [first] = remedies;
  return {
    ...trace,
    account: accountOf(machine, trace),
    ...(first !== undefined && { remedy: first, remedies }),
    ...(first === undefined && found.length > 0 && { heldBack: true }),
  };
}

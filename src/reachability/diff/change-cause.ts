import { familyOf, formatIp, parseIp, type Family } from '../../address/ip.js';
import { exploreFlow, traceFlow } from '../../datapath/index.js';
import type { ChangeCause, ChangeKind } from '../../model/reachability.js';
import type { FlowRequest, Step } from '../../model/trace.js';
import { fateOf } from '../classes/flow-fate.js';
import { changedPackets } from './differences.js';
import { type FlowGround, groundsOf, groundsOfCause } from './grounds.js';
import { elementLine } from './host-lines.js';
import { seenIn, type SeenValues } from './seen-values.js';
import { elementsMet } from './set-elements.js';
import { flowThat, getsThrough, type ComparedCell, type ComparedHost } from './compared-host.js';

/** A cell of both sides, or of one. */
export type CellPair =
  { readonly before: ComparedCell; readonly after?: ComparedCell } | { readonly before?: undefined; readonly after: ComparedCell };

/** How a cell changed; of the ports that nobody listens on, at which. */
export interface CellChange {
  readonly kind: ChangeKind;
  readonly port?: number | undefined;
}

/** A change, shown by one flow: what made it, and what decided on the other side. */
export interface ShownChange {
  readonly witness: FlowRequest;
  /** Why it fares now as it does; of what is there no more, why it fared so. */
  readonly reason: string;
  readonly cause: ChangeCause;
  readonly instead?: ChangeCause;
}

/** Elements of one side's sets, of those that rules look up which the flow met on that side or on the other. */
function groundsOfSets(side: ComparedHost, { setsOfRules }: ComparedHost, step: Step, seen: SeenValues): readonly FlowGround[] {
  if (step.kind !== 'table') return [];
  const at = { ...step.packet, in: step.in, out: step.out };
  return step.hits.flatMap((hit) =>
    elementsMet(setsOfRules, side.machine, { hit, at, seen }).map(({ set, text, name, origin }) => ({
      line: elementLine(hit.netns, set, text, side.name),
      isRule: true,
      cause: { text: name, origin },
    })),
  );
}

/** All that a flow's way rests on, in the order of the way: what a rule looked up stands before the rule. */
function groundsOfWay(side: ComparedHost, other: ComparedHost, flow: FlowRequest): readonly FlowGround[] {
  const { host } = side.machine;
  const { trace, sides } = exploreFlow(side.machine, flow);
  const steps = sides[0] ?? [];
  const of = (step: Step): readonly FlowGround[] => groundsOf(step, host, side.name);
  if (side.elements.length === 0) return [...groundsOfCause(trace, host), ...steps.flatMap(of)];
  const seen = seenIn(steps);
  // an element keeps packets from a rule that asks not to be in its set: they meet it where the element is not
  const elsewhere = exploreFlow(other.machine, flow).sides[0] ?? [];
  return [
    ...groundsOfCause(trace, host),
    ...elsewhere.flatMap((step) => groundsOfSets(side, other, step, seen)),
    ...steps.flatMap((step) => [...groundsOfSets(side, side, step, seen), ...of(step)]),
  ];
}

/** The last line of a flow's way that the other host does not have: of rules and elements of their sets, before other lines. */
function newGround(side: ComparedHost, other: ComparedHost, flow: FlowRequest): ChangeCause | undefined {
  const grounds = groundsOfWay(side, other, flow).filter(
    ({ line, unless }) => !other.lines.has(line) && (unless === undefined || other.lines.has(unless)),
  );
  const found = grounds.findLast((ground) => ground.isRule) ?? grounds.at(-1);
  return found === undefined ? undefined : { side: side.which, ...found.cause };
}

/** What decides how a flow fares on one side. */
function decided({ which, machine }: ComparedHost, flow: FlowRequest): { readonly reason: string; readonly by: ChangeCause } {
  const { trace, sides } = exploreFlow(machine, flow);
  const { reason, decidingRule, decidedBy: origin } = fateOf(trace, sides);
  return { reason, by: { side: which, text: decidingRule ?? reason, ...(origin !== undefined && { origin }) } };
}

/** A sender or a service that only one side has is the cause itself. */
function onlyOn(side: ComparedHost, other: ComparedHost, { source, service, result, witness }: ComparedCell): ShownChange {
  const isKnown = other.matrix.sources.some(({ name }) => name === source);
  const text = `there is ${isKnown ? service : source}, and not ${other.which}`;
  const origin = isKnown ? result.decidedBy : undefined;
  return { witness, reason: result.reason, cause: { side: side.which, text, ...(origin !== undefined && { origin }) } };
}

/** So many packets that show a change are asked about. */
const MOST_PACKETS = 4;

/** Flows as the one that is given, by packets that fare differently on the two sides. */
function flowsOf(flow: FlowRequest, { kind, port }: CellChange, old: ComparedCell, now: ComparedCell): readonly FlowRequest[] {
  const found: FlowRequest[] = [];
  for (const { src, sport } of changedPackets(kind, old.result, now.result, port)) {
    const { sport: _, ...base } = flow;
    const to = src === undefined ? base.to : [base.to, ...now.addresses].find((text) => isOfFamily(text, familyOf(src)));
    if (to !== undefined)
      found.push({ ...base, to, ...(src !== undefined && { from: formatIp(src) }), ...(sport !== undefined && { sport }) });
    if (found.length >= MOST_PACKETS) break;
  }
  return found;
}

function isOfFamily(text: string, family: Family): boolean {
  const ip = parseIp(text);
  return ip !== undefined && familyOf(ip) === family;
}

/** A flow of the cell that gets through on one of the sides alone; where none is known, one that fares now as the change says. */
function changedFlow(
  { kind, port }: CellChange,
  before: ComparedHost,
  after: ComparedHost,
  old: ComparedCell,
  now: ComparedCell,
): FlowRequest {
  const [open, shut] = kind === 'closed' ? [before, after] : [after, before];
  const [opening, shutting] = kind === 'closed' ? [old, now] : [now, old];
  const passes = ({ machine }: ComparedHost, flow: FlowRequest): boolean => {
    const { outcome, cause } = traceFlow(machine, flow);
    return getsThrough(outcome) || (port !== undefined && cause.kind === 'no-listener');
  };
  const shown = flowThat(kind !== 'closed', now);
  const candidates = [flowThat(true, opening), flowThat(false, shutting), ...flowsOf(shown, { kind, port }, old, now), shown].map((flow) =>
    port === undefined ? flow : { ...flow, dport: port },
  );
  return candidates.find((flow) => passes(open, flow) && !passes(shut, flow)) ?? candidates.at(-1)!;
}

/**
 * @returns why a cell changed: a line that only one host has of the way of a flow that gets through on one side alone; where there is none,
 *   what decides.
 */
export function showChange(change: CellChange, before: ComparedHost, after: ComparedHost, pair: CellPair): ShownChange {
  if (pair.before === undefined) return onlyOn(after, before, pair.after);
  if (pair.after === undefined) return onlyOn(before, after, pair.before);
  const witness = changedFlow(change, before, after, pair.before, pair.after);
  const { reason, by: now } = decided(after, witness);
  const cause = newGround(after, before, witness) ?? newGround(before, after, witness) ?? now;
  return { witness, reason, cause, instead: cause.side === 'after' ? decided(before, witness).by : now };
}

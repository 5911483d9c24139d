import type { FlowRequest, RuleHit, Step, Trace, TracedFlow } from '../../model/trace.js';
import type { PacketView, Sighting } from '../../model/sighting.js';
import type { Ports } from './port-box.js';
import { fillText, fillView, NotTheSame, textSlots, viewSlots, type SlotPair, type TextSlots, type ViewSlots } from './slots.js';
import { stampOf, type Stamp } from './stamps.js';

/** A trace whose ports are left open. */
export type Template = (request: FlowRequest, ports: Ports) => Trace;

/** The different packet views of a trace, each with how to tell it for other requests. */
class Views {
  readonly slots: ViewSlots[] = [];
  private readonly known = new Map<string, number>();

  constructor(private readonly pair: SlotPair) {}

  /** @returns the position of what two walks show of a packet at the same point. */
  at(x: PacketView, y: PacketView): number {
    const slots = viewSlots(x, y, this.pair);
    const key = `${slots.src} ${slots.sport} ${slots.dst} ${slots.dport} ${x.sport ?? ''}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, this.slots.length);
    return this.slots.push(slots) - 1;
  }

  isFixed(index: number | undefined): boolean {
    return index === undefined || this.slots[index]?.fixed !== undefined;
  }
}

const VIEWS = new Set(['packet', 'before', 'after']);

/** The values of a step, a sighting or a flow; what a class could hide is not in them. */
const entriesOf = (value: object): readonly (readonly [string, unknown])[] => Object.entries(value);

function sameList(x: readonly unknown[], y: readonly unknown[]): boolean {
  return x.length === y.length && x.every((one, i) => sameValue(one, y[i]));
}

function sameValue(x: unknown, y: unknown): boolean {
  if (x === y) return true;
  if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) return false;
  if (Array.isArray(x) || Array.isArray(y)) return Array.isArray(x) && Array.isArray(y) && sameList(x, y);
  return sameList(entriesOf(x).flat(), entriesOf(y).flat());
}

function mustBeSame(x: unknown, y: unknown): void {
  if (!sameValue(x, y)) throw new NotTheSame();
}

/** Everything of a step but its packets has to be the same in both walks, texts up to the ports in them. */
function wordsOf(x: Step, y: Step, pair: SlotPair): ReadonlyMap<string, TextSlots> {
  const words = new Map<string, TextSlots>();
  const [left, right] = [entriesOf(x), entriesOf(y)];
  if (left.length !== right.length) throw new NotTheSame();
  left.forEach(([key, value], i) => {
    const [otherKey, other] = right[i]!;
    if (key !== otherKey) throw new NotTheSame();
    if (VIEWS.has(key)) return;
    if (typeof value !== 'string' || typeof other !== 'string') return mustBeSame(value, other);
    const text = textSlots(value, other, pair);
    if (typeof text !== 'string') words.set(key, text);
  });
  return words;
}

function stepStamp(x: Step, y: Step, views: Views, pair: SlotPair): Stamp {
  const words = wordsOf(x, y, pair);
  const packet = views.at(x.packet, y.packet);
  const nat =
    x.kind === 'nat' && y.kind === 'nat' ? { before: views.at(x.before, y.before), after: views.at(x.after, y.after) } : undefined;
  if (words.size === 0 && views.isFixed(packet) && views.isFixed(nat?.before) && views.isFixed(nat?.after)) return () => x;
  return stampOf(x, { packet, before: nat?.before, after: nat?.after }, words);
}

type SightingStamp = (views: readonly PacketView[]) => Sighting;

function sightingStamp(x: Sighting, y: Sighting, views: Views): SightingStamp {
  const { netns, iface, dir, reply } = x;
  mustBeSame([netns, iface, dir, reply], [y.netns, y.iface, y.dir, y.reply]);
  const at = views.at(x, y);
  if (views.isFixed(at)) return () => x;
  return (made) => {
    const { src, sport, dst, dport } = made[at]!;
    return { netns, iface, dir, src, sport: sport!, dst, dport: dport!, reply };
  };
}

function flowFor({ from, to, proto, src, dst, dport }: TracedFlow, { id }: FlowRequest, ports: Ports): TracedFlow {
  if (id === undefined && src !== undefined && dst !== undefined && dport !== undefined)
    return { from, to, proto, src, sport: ports.sport, dst, dport: ports.dport };
  return {
    ...(id !== undefined && { id }),
    from,
    to,
    proto,
    ...(src !== undefined && { src }),
    ...(dport !== undefined && { sport: ports.sport }),
    ...(dst !== undefined && { dst }),
    ...(dport !== undefined && { dport: ports.dport }),
  };
}

/** What does not hang on the ports must be the same in both walks. */
function commonOf(x: Trace, y: Trace): void {
  mustBeSame([x.outcome, x.cause, x.decidedBy, x.missing, x.rules], [y.outcome, y.cause, y.decidedBy, y.missing, y.rules]);
  mustBeSame(
    [x.flow.from, x.flow.to, x.flow.proto, x.flow.src, x.flow.dst],
    [y.flow.from, y.flow.to, y.flow.proto, y.flow.src, y.flow.dst],
  );
  mustBeSame(x.assumptions, y.assumptions);
  if (x.steps.length !== y.steps.length || x.packets.length !== y.packets.length) throw new NotTheSame();
}

/**
 * Makes a template of two walks that went the same way with different ports.
 * @returns undefined where they differ in anything else, so that no template stands for them.
 */
export function templateOf(x: Trace, y: Trace, pair: SlotPair): Template | undefined {
  try {
    return build(x, y, pair);
  } catch (error) {
    if (error instanceof NotTheSame) return undefined;
    throw error;
  }
}

function build(x: Trace, y: Trace, pair: SlotPair): Template {
  commonOf(x, y);
  const views = new Views(pair);
  const steps = x.steps.map((step, i) => stepStamp(step, y.steps[i]!, views, pair));
  const packets = x.packets.map((sighting, i) => sightingStamp(sighting, y.packets[i]!, views));
  const reason = textSlots(x.reason, y.reason, pair);
  const { format, flow, outcome, cause, decidedBy, rules, assumptions, missing, unread, rulesCut } = x;
  const told =
    unread === undefined && rulesCut === undefined
      ? undefined
      : { ...(unread !== undefined && { unread }), ...(rulesCut !== undefined && { rulesCut }) };
  const head = { flow, outcome, decidedBy, rules: [...rules] as readonly RuleHit[] };
  const { slots } = views;
  return (request, ports) => {
    const made: PacketView[] = [];
    for (const slot of slots) made.push(fillView(slot, ports));
    const walked: Step[] = [];
    for (const stamp of steps) walked.push(stamp(made, ports));
    const seen: Sighting[] = [];
    for (const stamp of packets) seen.push(stamp(made));
    const common = { flow: flowFor(head.flow, request, ports), reason: fillText(reason, ports) };
    return decidedBy === undefined
      ? {
          format,
          flow: common.flow,
          outcome,
          cause,
          reason: common.reason,
          packets: seen,
          rules: head.rules,
          steps: walked,
          assumptions,
          missing,
          ...told,
        }
      : {
          format,
          flow: common.flow,
          outcome,
          cause,
          reason: common.reason,
          decidedBy,
          packets: seen,
          rules: head.rules,
          steps: walked,
          assumptions,
          missing,
          ...told,
        };
  };
}

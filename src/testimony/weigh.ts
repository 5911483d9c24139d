import type { Machine } from '../datapath/index.js';
import type { PacketView, Sighting } from '../model/sighting.js';
import type { Testimony, Weighed, Weight } from '../model/testimony.js';
import type { Trace } from '../model/trace.js';
import { FlowMatcher } from './flow-matcher.js';
import { rulesMeant, type NamedRule } from './traced-rule.js';
import { writersBy } from './log-writers.js';

/** So many lines are told of one flow: the first ones. */
const MOST = 20;

function met({ rules }: Trace, known: readonly NamedRule[] | undefined): Weight | undefined {
  if (known === undefined) return undefined;
  const hit = known.find(({ origin }) => rules.some(({ file, line }) => origin.file === file && origin.line === line));
  if (hit !== undefined) return { kind: 'met', rule: hit.text, at: hit.origin };
  const [first] = known;
  return first === undefined ? { kind: 'no-such-rule' } : { kind: 'not-met', rule: first.text, at: first.origin };
}

function weighSeen(flow: FlowMatcher, trace: Trace, one: Extract<Testimony, { kind: 'seen' }>, reply: boolean): Weight {
  const { iface, dir, netns, packet } = one;
  const there = (hop: Sighting): boolean =>
    hop.netns === netns &&
    hop.reply === reply &&
    (iface === undefined || hop.iface === iface) &&
    (dir === undefined || hop.dir === dir) &&
    flow.alike(packet, hop, reply);
  if (iface === undefined || trace.packets.some(there)) return { kind: 'there' };
  return { kind: 'elsewhere' };
}

/** nf_conntrack's tuple of the answer: from whom it comes is where the request was led, to whom it goes is who seemed to ask. */
function weighConnection(
  flow: FlowMatcher,
  trace: Trace,
  { answer, replied, netns, packet }: Extract<Testimony, { kind: 'connection' }>,
): Weight {
  const arrives = trace.outcome === 'connected' || trace.outcome === 'leaves-host';
  const steps = trace.steps.filter((step) => step.netns === netns && !step.reply && step.assumed !== true);
  const leg = steps.find((step) => flow.alike(step.packet, packet, false))?.leg;
  const last = steps.findLast((step) => step.leg === leg)?.packet;
  if (last !== undefined && arrives) {
    const [to, predicted] = [
      `${flow.endText(answer.dst, undefined)} → ${flow.endText(answer.src, answer.sport)}`,
      `${flow.endText(last.src, undefined)} → ${flow.endText(last.dst, last.dport)}`,
    ];
    if (to !== predicted) return { kind: 'translated-otherwise', to, predicted };
  }
  if (
    trace.outcome === 'leaves-host' ||
    trace.outcome === 'unknown' ||
    replied === (trace.outcome === 'connected' || trace.outcome === 'refused')
  )
    return { kind: 'as-tracked' };
  return { kind: 'answered', predicted: !replied };
}

const BY_ROUTING: ReadonlySet<string> = new Set(['rp-filter', 'martian']);

/** A martian's ports are not told: any packet of the flow with these addresses may be it. */
function weighMartian(trace: Trace, { src, dst }: PacketView): Weight | undefined {
  const isOne = [...trace.packets, ...trace.steps.map(({ packet }) => packet)].some((one) => one.src === src && one.dst === dst);
  return isOne ? { kind: 'dropped', predicted: BY_ROUTING.has(trace.cause.kind) } : undefined;
}

function weigh(machine: Machine, flow: FlowMatcher, trace: Trace, one: Testimony): Weight | undefined {
  if (one.kind === 'martian') return weighMartian(trace, one.packet);
  const way = flow.wayOf(one.proto, one.packet);
  if (way === undefined) return undefined;
  switch (one.kind) {
    case 'log': {
      // of an answer no rule is listed: the first packet's are
      return way === 'answer' ? undefined : met(trace, writersBy(machine.host, one.before));
    }
    case 'rule':
      return way === 'answer' ? undefined : met(trace, rulesMeant(machine.host, one.rule));
    case 'connection':
      return way === 'answer' ? undefined : weighConnection(flow, trace, one);
    case 'seen':
      return weighSeen(flow, trace, one, way === 'answer');
  }
}

/**
 * Sets what lines of text tell of packets beside a predicted way: which rule they met, where they were, how they were translated.
 * @returns the trace with what is told of its flow; the same where nothing is.
 */
export function withTestimonies(machine: Machine, trace: Trace): Trace {
  const told = [...machine.namespaces.values()].flatMap(({ netns }) => netns.testimonies ?? []);
  if (told.length === 0 || trace.flow.dst === undefined) return trace;
  const flow = new FlowMatcher(machine, trace);
  const weighed: Weighed[] = [];
  // a packet and those that follow it say the same
  const known = new Set<string>();
  for (const testimony of told) {
    if (weighed.length === MOST) break;
    const weight = weigh(machine, flow, trace, testimony);
    const key = JSON.stringify({ ...testimony, origin: undefined, before: undefined });
    if (weight === undefined || known.has(key)) continue;
    known.add(key);
    weighed.push({ testimony, weight });
  }
  return weighed.length === 0 ? trace : { ...trace, testimonies: weighed };
}

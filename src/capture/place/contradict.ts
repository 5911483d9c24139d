import type { CaptureHop, CapturedFlow, FlowOutcome } from '../../model/capture.js';
import type { Host } from '../../model/host.js';
import type { Outcome, Trace } from '../../model/trace.js';
import type { Sighting } from '../../model/sighting.js';
import { placeText } from './explain.js';
import { sameAddresses, samePlace } from './match.js';
import type { Wildcards } from './match.js';

/** What a client may have seen where each outcome was predicted; none given: anything. */
const BORNE_OUT: Readonly<Record<Outcome, ReadonlySet<FlowOutcome> | undefined>> = {
  connected: new Set<FlowOutcome>(['established', 'joined', 'one-way']),
  // what lies beyond the uplink answers as it likes
  'leaves-host': undefined,
  refused: new Set<FlowOutcome>(['refused']),
  unreachable: new Set<FlowOutcome>(['unreachable', 'unanswered']),
  timeout: new Set<FlowOutcome>(['unanswered', 'answer-lost', 'one-way']),
  unknown: undefined,
};

const ANSWERED: readonly FlowOutcome[] = ['established', 'joined', 'refused'];

/** @returns what the captures may show of a prediction: an interface shows more than its client comes to know. */
function borneOut(trace: Trace): ReadonlySet<FlowOutcome> | undefined {
  const allowed = BORNE_OUT[trace.outcome];
  if (allowed === undefined) return undefined;
  const shown = new Set(allowed);
  if (trace.steps.some((step) => step.kind === 'error')) for (const outcome of ['refused', 'unreachable'] as const) shown.add(outcome);
  if (trace.outcome === 'timeout' && (answersArrive(trace) || staysSilent(trace))) for (const outcome of ANSWERED) shown.add(outcome);
  return shown;
}

/** Dropped behind the client's interface, or of use to it only with what a proxy fetches. */
function answersArrive({ packets: [first, ...rest] }: Trace): boolean {
  return rest.some(({ reply, netns, dir }) => reply && netns === first?.netns && (dir === 'in' || first.dir === 'in'));
}

/** @returns whether a listener takes the connection, which the kernel answers for it, and then says nothing. */
export function staysSilent({ outcome, steps }: Trace): boolean {
  return outcome === 'timeout' && steps.at(-1)?.kind === 'deliver';
}

/** @returns how a captured outcome contradicts the predicted one, where the captures show the client's end and so what it saw. */
export function outcomeContradiction(trace: Trace, flow: CapturedFlow, clientSeen: boolean): string | undefined {
  const allowed = borneOut(trace);
  if (allowed === undefined || allowed.has(flow.outcome)) return undefined;
  // without the client's end, an answer that is missing may have been missed
  if (!clientSeen && (flow.outcome === 'unanswered' || flow.outcome === 'answer-lost')) return undefined;
  return `the prediction is ${trace.outcome} (${trace.reason}); the captures show it ${flow.outcome} (${flow.text})`;
}

/**
 * The network beyond an uplink chooses by which one a packet comes in: what is predicted for another says little of this one.
 * @returns whether a packet from outside came in by another interface than predicted.
 */
export function comesOtherwise({ packets: [first] }: Trace, { hops: [seen] }: CapturedFlow): boolean {
  return first?.dir === 'in' && seen?.dir === 'in' && seen.netns === first.netns && seen.iface !== '' && seen.iface !== first.iface;
}

/** How far a prediction reaches: one that breaks off says nothing of what comes after. */
export interface PredictedReach {
  readonly answers: boolean;
  readonly otherPlaces: boolean;
}

/** @returns how far a trace predicts. */
export function reachOf(trace: Trace): PredictedReach {
  const open = trace.outcome === 'unknown';
  return {
    answers: !open && trace.outcome !== 'leaves-host' && !trace.steps.some((step) => step.assumed) && !staysSilent(trace),
    otherPlaces: !open,
  };
}

/** @returns sentences for the hops that the prediction rules out. */
export function hopContradictions(
  predicted: readonly Sighting[],
  flow: CapturedFlow,
  wild: Wildcards,
  host: Host | undefined,
  reach: PredictedReach,
): readonly string[] {
  const out: string[] = [];
  for (const reply of reach.answers ? [false, true] : [false]) {
    const what = reply ? 'an answer' : 'the packet';
    const astray: string[] = [];
    for (const hop of flow.hops) {
      if (hop.iface === '' || hop.reply !== reply) continue;
      const here = predicted.filter((sighting) => samePlace(sighting, hop));
      if (here.some((sighting) => sameAddresses(sighting, hop, wild))) continue;
      const [expected] = here;
      if (expected) out.push(`at ${placeText(hop)} ${what} is ${ends(hop)}, not ${ends(asSeen(expected, hop, wild))} as predicted`);
      else if (reach.otherPlaces && !bridged(predicted, hop, host)) astray.push(placeText(hop));
    }
    if (astray.length > 0) out.push(`${what} is seen where the prediction never brings it: ${astray.join(', ')}`);
  }
  return out;
}

/** The client's port was never predicted: a comparison shows the captured one on both sides. */
function asSeen(expected: Sighting, hop: CaptureHop, wild: Wildcards): Sighting {
  const port = hop.reply ? hop.dport : hop.sport;
  if (wild.sport !== undefined || port === undefined) return expected;
  return hop.reply ? { ...expected, dport: port } : { ...expected, sport: port };
}

function ends({ src, sport, dst, dport }: Pick<Sighting, 'src' | 'sport' | 'dst' | 'dport'>): string {
  const end = (ip: string, port: number | undefined): string =>
    port === undefined ? ip : ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
  return `${end(src, sport)} → ${end(dst, dport)}`;
}

/** A bridge floods what it does not know, and shows a watcher all its frames: other ports of a bridge on the way, and the bridge itself, prove nothing. */
function bridged(predicted: readonly Sighting[], hop: CaptureHop, host: Host | undefined): boolean {
  const interfaces = host?.netns.get(hop.netns)?.interfaces ?? [];
  const bridgeOf = (name: string): string | undefined => {
    const iface = interfaces.find((i) => i.name === name);
    return iface?.detail.kind === 'bridge' ? name : iface?.master;
  };
  const bridge = bridgeOf(hop.iface);
  return bridge !== undefined && predicted.some((sighting) => sighting.netns === hop.netns && bridgeOf(sighting.iface) === bridge);
}

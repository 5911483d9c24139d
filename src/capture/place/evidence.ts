import type { CaptureEvidence, CaptureHop, CaptureSource, CapturedFlow, HopEvidence } from '../../model/capture.js';
import type { Host } from '../../model/host.js';
import type { Trace } from '../../model/trace.js';
import type { PacketView, Sighting } from '../../model/sighting.js';
import { comesOtherwise, hopContradictions, outcomeContradiction, reachOf } from './contradict.js';
import type { FlowsByServer } from './by-server.js';
import { explainMissing, placeText } from './explain.js';
import type { MissingExplanation } from './explain.js';
import { predictedOf } from './legs.js';
import type { Predicted } from './legs.js';
import { agreement, fits, matching } from './match.js';
import type { Wildcards } from './match.js';

/** How long after a proxied connection began its second one may begin, in microseconds. */
export const PROXY_WINDOW = 5e6;

/** What was captured, as the placing of packets needs it. */
export interface Captures {
  readonly flows: readonly CapturedFlow[];
  readonly sources: readonly CaptureSource[];
  /** The same flows, to be found fast: worth it where many traces are placed. */
  readonly byServer?: FlowsByServer;
}

/** What of the question the user left open. */
export interface OpenEnds {
  readonly sport?: number;
  readonly src?: string;
}

/**
 * Puts captured packets on the path that was predicted for them.
 * @param question the client's port and address, where the question named them.
 * @param host tells which interfaces share a bridge.
 */
export function placeOnTrace(trace: Trace, captures: Captures, question: OpenEnds = {}, host?: Host): CaptureEvidence {
  const predicted = predictedOf(trace);
  const wild: Wildcards = {
    ...(question.sport !== undefined && { sport: question.sport }),
    ...(trace.flow.from === 'internet' && question.src === undefined && trace.flow.src !== undefined && { client: trace.flow.src }),
  };
  const first = sightings(predicted, 0);
  const near = captures.byServer?.near(trace.packets, trace.flow.proto) ?? captures.flows;
  const found = matching(first, trace.flow.proto, near, wild);
  const [shown] = found;
  const beyondProxy = shown && secondLeg(trace, predicted, near, shown);
  const observable = observer(captures.sources);
  const hops = place(predicted, [shown, beyondProxy], wild, observable);
  const missing = firstMissing(trace, predicted, hops);
  const contradictions = shown ? allContradictions(trace, predicted, shown, beyondProxy, wild, hops, host) : [];
  const verdict = verdictOf(hops, found.length, missing, contradictions);
  const stopped = verdict === 'confirmed' ? stoppedAt(trace) : undefined;
  return {
    sources: captures.sources,
    hops,
    verdict,
    text: verdictText(verdict, hops, missing, contradictions) + (stopped ? `; ${stopped.text}` : ''),
    ...(missing && shown && { missing }),
    ...(stopped && { stopped }),
    contradictions,
    flows: found.length,
    ...(shown && { shown }),
    ...(beyondProxy && { beyondProxy }),
  };
}

/** @returns where a packet that does not arrive ends, or its answer, and what ends it there. */
function stoppedAt({ outcome, reason, packets, decidedBy }: Trace): CaptureEvidence['stopped'] {
  const last = packets.at(-1);
  if (last === undefined || outcome === 'connected' || outcome === 'leaves-host' || outcome === 'unknown') return undefined;
  const text = `last seen at ${placeText(last)}, as predicted: ${reason}`;
  return { index: packets.length - 1, text, ...(decidedBy && { origin: decidedBy }) };
}

function sightings(predicted: readonly Predicted[], leg: number): readonly Sighting[] {
  return predicted.filter((p) => p.leg === leg).map((p) => p.sighting);
}

/** The proxy's own connection has other sequence numbers: addresses and time tell it. */
function secondLeg(
  trace: Trace,
  predicted: readonly Predicted[],
  flows: readonly CapturedFlow[],
  first: CapturedFlow,
): CapturedFlow | undefined {
  const leg = sightings(predicted, 1);
  if (leg.length === 0) return undefined;
  return matching(leg, trace.flow.proto, flows, {})
    .filter((flow) => flow !== first && flow.first >= first.first && flow.first <= first.last + PROXY_WINDOW)
    .map((flow) => ({ flow, agreed: agreement(leg, flow, {}) }))
    .sort((a, b) => b.agreed - a.agreed || a.flow.first - b.flow.first)[0]?.flow;
}

/** @returns whether some capture was taken at an interface. */
function observer(sources: readonly CaptureSource[]): (sighting: Sighting) => boolean {
  const watched = new Set(sources.flatMap((source) => source.interfaces));
  return ({ netns, iface }) => watched.has(`${netns}:${iface}`) || watched.has(`${netns}:any`) || watched.has(`${netns}:`);
}

function place(
  predicted: readonly Predicted[],
  legs: readonly (CapturedFlow | undefined)[],
  wild: Wildcards,
  observable: (sighting: Sighting) => boolean,
): readonly HopEvidence[] {
  let before: number | undefined;
  return predicted.map(({ sighting, leg }): HopEvidence => {
    const wildcards = leg === 0 ? wild : {};
    const hop = legs[leg]?.hops.find((candidate) => fits(sighting, candidate, wildcards));
    if (hop === undefined) return { predicted: sighting, status: observable(sighting) ? 'not-seen' : 'not-observable' };
    const after = before === undefined ? undefined : hop.first - before;
    before = hop.first;
    const { packets, first: at, retransmissions } = hop;
    return {
      predicted: sighting,
      status: 'seen',
      seen: addressesOf(hop),
      ...(hop.iface === '' && { ifaceUntold: true as const }),
      packets,
      at,
      ...(after !== undefined && { after }),
      retransmissions,
    };
  });
}

function addressesOf({ src, sport, dst, dport }: CaptureHop): PacketView {
  return { src, ...(sport !== undefined && { sport }), dst, ...(dport !== undefined && { dport }) };
}

/** @returns the first hop where the packet should be seen, is not, and is not seen later either. */
function firstMissing(trace: Trace, predicted: readonly Predicted[], hops: readonly HopEvidence[]): MissingExplanation | undefined {
  const last = hops.findLastIndex((hop) => hop.status === 'seen');
  const index = hops.findIndex((hop, i) => i > last && hop.status === 'not-seen');
  return index < 0 ? undefined : explainMissing(trace, predicted, last, index);
}

/** Whether a place is passed only until a neighbour is confirmed: the listing and the capture are of different moments. */
function isPassing({ steps }: Trace, predicted: Predicted | undefined): boolean {
  const step = predicted === undefined ? undefined : steps[predicted.step];
  return step?.kind === 'interface' && step.whileUnconfirmed === true;
}

function allContradictions(
  trace: Trace,
  predicted: readonly Predicted[],
  shown: CapturedFlow,
  beyondProxy: CapturedFlow | undefined,
  wild: Wildcards,
  hops: readonly HopEvidence[],
  host: Host | undefined,
): readonly string[] {
  const last = hops.findLastIndex((hop) => hop.status === 'seen');
  const passed = hops.filter((hop, i) => i < last && hop.status === 'not-seen' && !isPassing(trace, predicted[i]));
  const outcome = outcomeContradiction(trace, shown, hops[0]?.status === 'seen');
  const reach = reachOf(trace);
  return [
    ...otherEntry(trace, shown),
    ...(outcome === undefined ? [] : [outcome]),
    ...hopContradictions(sightings(predicted, 0), shown, wild, host, reach),
    ...(beyondProxy ? hopContradictions(sightings(predicted, 1), beyondProxy, {}, host, reach) : []),
    ...(passed.length > 0
      ? [`seen further on, but not at ${passed.map((hop) => placeText(hop.predicted)).join(', ')}: another way, or lost by the capture`]
      : []),
  ];
}

function otherEntry(trace: Trace, shown: CapturedFlow): readonly string[] {
  const [expected] = trace.packets;
  const [seen] = shown.hops;
  if (!expected || !seen || !comesOtherwise(trace, shown)) return [];
  return [`the packet comes in by ${placeText({ netns: seen.netns, iface: seen.iface })}, and the prediction is for ${expected.iface}`];
}

function verdictOf(
  hops: readonly HopEvidence[],
  flows: number,
  missing: MissingExplanation | undefined,
  contradictions: readonly string[],
): CaptureEvidence['verdict'] {
  if (hops.every((hop) => hop.status === 'not-observable')) return 'not-observable';
  if (flows === 0) return 'none';
  if (missing !== undefined || contradictions.length > 0) return 'contradicted';
  return hops.every((hop) => hop.status === 'seen') ? 'confirmed' : 'partly';
}

function verdictText(
  verdict: CaptureEvidence['verdict'],
  hops: readonly HopEvidence[],
  missing: MissingExplanation | undefined,
  contradictions: readonly string[],
): string {
  const count = (status: HopEvidence['status']): number => hops.filter((hop) => hop.status === status).length;
  switch (verdict) {
    case 'not-observable':
      if (hops.length === 0) return 'the packet crosses no interface, so no capture shows it';
      return 'no capture was taken at any hop of this path';
    case 'none':
      return 'the captures hold no packet of this flow';
    case 'confirmed':
      return `all ${hops.length} predicted hops are seen`;
    case 'partly':
      return `${count('seen')} of ${hops.length} predicted hops are seen, and no capture was taken at the other ${count('not-observable')}`;
    case 'contradicted':
      return missing && missing.index > 0 ? missing.text : (contradictions[0] ?? missing?.text ?? '');
  }
}

import type { Step, Trace } from '../../model/trace.js';
import type { Sighting } from '../../model/sighting.js';

/** A predicted sighting, with the connection that it belongs to and its place among the steps. */
export interface Predicted {
  readonly sighting: Sighting;
  readonly leg: number;
  /** Index of its step in the trace. */
  readonly step: number;
}

/** @returns the trace's packets, each with the step that made it. Steps of interfaces that no capture shows (loopback on its way out) have none. */
export function predictedOf(trace: Trace): readonly Predicted[] {
  const out: Predicted[] = [];
  let from = 0;
  for (const sighting of trace.packets) {
    const step = trace.steps.findIndex((candidate, index) => index >= from && isSightingOf(candidate, sighting));
    const leg = step < 0 ? (out.at(-1)?.leg ?? 0) : trace.steps[step]!.leg;
    out.push({ sighting, leg, step: step < 0 ? from : step });
    if (step >= 0) from = step + 1;
  }
  return out;
}

function isSightingOf(step: Step, { netns, iface, dir, reply, src, dst, sport, dport }: Sighting): boolean {
  if (step.kind !== 'interface' || step.netns !== netns || step.iface !== iface || step.dir !== dir || step.reply !== reply) return false;
  const { packet } = step;
  return packet.src === src && packet.dst === dst && packet.sport === sport && packet.dport === dport;
}

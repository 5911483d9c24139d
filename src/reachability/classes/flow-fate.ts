import type { Cause } from '../../model/cause.js';
import type { Origin } from '../../model/origin.js';
import type { Outcome, Step, Trace } from '../../model/trace.js';

/** What a trace comes to, without its steps: many are kept. */
export interface FlowFate {
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly reason: string;
  readonly decidedBy?: Origin;
  /** The text of the deciding rule, where a rule decided. */
  readonly decidingRule?: string;
  /** Each translation of the destination on the way there: `198.51.100.10:8080 → 172.17.0.2:80`. */
  readonly rewritten: readonly string[];
  /** Namespaces that the packet, its answer or a copy came through, on any side of an open question. */
  readonly touched: readonly string[];
  /** Who took the connection in the end: behind a proxy, the one it dialled. */
  readonly delivered?: { readonly netns: string; readonly port: number };
  /** The namespace that took the packet in and had no listener for it. */
  readonly unheardIn?: string;
}

type NatStep = Extract<Step, { kind: 'nat' }>;

function translation({ before, after }: NatStep): string {
  const at = (view: NatStep['before']): string => (view.dport === undefined ? view.dst : `${view.dst}:${view.dport}`);
  return `${at(before)} → ${at(after)}`;
}

function ruleAt(steps: readonly Step[], origin: Origin | undefined): string | undefined {
  if (origin === undefined) return undefined;
  for (const step of steps) {
    if (step.kind !== 'table') continue;
    const hit = step.hits.find((h) => h.line === origin.line && h.file === origin.file);
    if (hit !== undefined) return hit.rule;
  }
  return undefined;
}

/** @returns what is worth keeping of a trace and of the sides that were walked for it. */
export function fateOf(trace: Trace, sides: readonly (readonly Step[])[]): FlowFate {
  const { outcome, cause, reason, decidedBy, steps } = trace;
  const touched = new Set<string>();
  for (const side of sides) for (const step of side) touched.add(step.netns);
  const rule = ruleAt(sides[0] ?? steps, decidedBy);
  const unheard = steps.find((step) => step.kind === 'error' && step.cause.kind === 'no-listener' && !step.reply);
  const delivered = [...sides, steps]
    .map((side) => side.findLast((step) => step.kind === 'deliver' && !step.reply))
    .find((step) => step !== undefined);
  return {
    outcome,
    cause,
    reason,
    ...(decidedBy !== undefined && { decidedBy }),
    ...(rule !== undefined && { decidingRule: rule }),
    rewritten: steps.flatMap((step) => (step.kind === 'nat' && !step.reply && step.manip === 'dst' ? [translation(step)] : [])),
    touched: [...touched],
    ...(delivered !== undefined && { delivered: { netns: delivered.netns, port: delivered.packet.dport ?? 0 } }),
    ...(unheard !== undefined && { unheardIn: unheard.netns }),
  };
}

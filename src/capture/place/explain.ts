import type { Origin } from '../../model/origin.js';
import type { HitAction, Step, Trace } from '../../model/trace.js';
import type { Sighting } from '../../model/sighting.js';
import type { Predicted } from './legs.js';

export interface MissingExplanation {
  readonly index: number;
  readonly text: string;
  readonly origin?: Origin;
}

/**
 * Names what lies between the last hop that was seen and the first that was not.
 * @param before index of the hop seen last in that direction, or -1.
 */
export function explainMissing(trace: Trace, predicted: readonly Predicted[], before: number, index: number): MissingExplanation {
  const missing = predicted[index]!;
  const what = missing.sighting.reply ? 'the answer' : 'the packet';
  const where = placeText(missing.sighting);
  if (before < 0)
    return { index, text: `${what} is not seen at ${where}, ${index === 0 ? 'where its way begins' : 'the first hop that is watched'}` };
  const between = trace.steps.slice(predicted[before]!.step + 1, missing.step);
  const cause = causeOf(between);
  const start = `${what} is seen at ${placeText(predicted[before]!.sighting)} and not at ${where}`;
  if (cause === undefined) return { index, text: `${start}: nothing lies between them but the link` };
  return { index, text: `${start}: between them lies ${cause.text}`, ...(cause.origin && { origin: cause.origin }) };
}

/** @returns a place where packets are seen, in words: `web eth0 in`. */
export function placeText({ netns, iface, dir }: Pick<Sighting, 'netns' | 'iface'> & { readonly dir?: 'in' | 'out' }): string {
  return [netns, iface, dir].filter((part) => part !== undefined && part !== '').join(' ');
}

interface Cause {
  readonly text: string;
  readonly origin?: Origin;
}

/** What most likely holds a packet up, first: a filter's rule, a policy, a translation, a route, a bridge, a socket. */
function causeOf(steps: readonly Step[]): Cause | undefined {
  for (const of of CAUSES) {
    for (const step of steps.toReversed()) {
      const cause = of(step);
      if (cause !== undefined) return cause;
    }
  }
  return undefined;
}

const CAUSES: readonly ((step: Step) => Cause | undefined)[] = [filterRule, policy, translation, route, bridge, end];

const PASSING: ReadonlySet<string> = new Set<HitAction['kind']>(['jump', 'goto', 'return', 'continue']);

function filterRule(step: Step): Cause | undefined {
  if (step.kind !== 'table' || step.table === 'nat') return undefined;
  const hit = step.hits.findLast(({ action }) => action === undefined || !PASSING.has(action.kind));
  if (hit === undefined) return undefined;
  return { text: `the rule that should ${hit.verdict} it: ${hit.rule}`, origin: { file: hit.file, line: hit.line } };
}

function policy(step: Step): Cause | undefined {
  if (step.kind !== 'table' || step.policy === undefined || step.table !== 'filter') return undefined;
  return { text: `${step.hook}, whose policy ${step.policy} decides in the snapshot` };
}

function translation(step: Step): Cause | undefined {
  if (step.kind !== 'nat') return undefined;
  const [from, to] = step.manip === 'dst' ? [step.before.dst, step.after.dst] : [step.before.src, step.after.src];
  return { text: `a translation at ${step.hook}, ${from} to ${to}`, ...(step.origin && { origin: step.origin }) };
}

function route(step: Step): Cause | undefined {
  return step.kind === 'route' ? { text: `the route ${step.text}`, ...(step.origin && { origin: step.origin }) } : undefined;
}

function bridge(step: Step): Cause | undefined {
  return step.kind === 'bridge' ? { text: `the bridge ${step.bridge} (${step.text})` } : undefined;
}

function end(step: Step): Cause | undefined {
  if (step.kind !== 'deliver' && step.kind !== 'proxy') return undefined;
  return { text: step.text, ...(step.origin && { origin: step.origin }) };
}

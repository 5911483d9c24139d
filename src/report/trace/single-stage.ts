import type { Origin } from '../../model/origin.js';
import type { Step } from '../../model/trace.js';
import type { Stage } from './stage.js';
import { arrow, place } from '../words.js';
import type { Tone } from '../words.js';

interface Told {
  readonly title: string;
  readonly text: string;
  readonly origin?: Origin | undefined;
  readonly tone?: Tone;
  readonly quiet?: boolean;
}

/** One step that stands alone, as a stage; hooks' steps are told by `hookStage`. @param verbose names the policy rule of every route. */
export function singleStage(step: Step, verbose: boolean): Stage {
  const told = tell(step, verbose);
  const tone = told.tone ?? 'plain';
  const line = { text: told.text, ...(told.origin && { origin: told.origin }), tone };
  return { netns: step.netns, title: told.title, lines: [line], quiet: told.quiet ?? false, bad: tone === 'bad', rewrites: false };
}

function tell(step: Step, verbose: boolean): Told {
  switch (step.kind) {
    case 'send':
      return { title: 'send', text: `${arrow(step.packet)} (${step.what})` };
    case 'route':
      return routeTold(step, verbose);
    case 'conntrack':
      return { title: 'conntrack', text: step.state, quiet: step.state !== 'INVALID' };
    case 'interface':
      return { title: `${step.iface} ${step.dir}`, text: arrow(step.packet) };
    case 'bridge':
      return { title: `bridge ${step.bridge}`, text: step.text, tone: step.why === 'blocked' ? 'bad' : 'plain' };
    case 'neighbour':
      return { title: `neighbour ${step.iface}`, text: step.text, quiet: step.mac !== undefined };
    case 'link':
      return { title: 'link', text: `${step.iface} → ${step.peerNetns} ${step.peerIface} (${step.how})`, quiet: true };
    case 'deliver':
      return { title: 'deliver', text: step.text, origin: step.origin, tone: 'good' };
    case 'proxy':
      return { title: `proxy ${step.process}`, text: step.text, origin: step.origin, tone: 'rewrite' };
    case 'error':
      return { title: step.what, text: step.text, origin: step.origin, tone: 'bad' };
    case 'drop':
      return { title: 'drop', text: `${step.where}: ${step.text}`, origin: step.origin, tone: 'bad' };
    case 'leave':
      return { title: 'leave', text: step.text, tone: 'good' };
    case 'table':
    case 'nat':
      return { title: step.hook, text: arrow(step.packet) };
    default:
      return step satisfies never;
  }
}

const PURPOSE = { output: 'route', input: 'route', reroute: 're-route' } as const;

/** Tables that need no mention: main and local. */
const USUAL_TABLES: ReadonlySet<number | undefined> = new Set([undefined, 254, 255]);

function routeTold(step: Extract<Step, { kind: 'route' }>, verbose: boolean): Told {
  const usual = USUAL_TABLES.has(step.table);
  const table = usual ? '' : ` (table ${step.table})`;
  const rule = step.policyRule && (verbose || !usual) ? `, by rule ${place(step.policyRule)}` : '';
  const why = step.error !== undefined && !step.text.includes(step.error) ? `: ${step.error}` : '';
  return {
    title: PURPOSE[step.purpose],
    text: `${step.text}${table}${why}${rule}`,
    origin: step.origin,
    tone: step.result === 'error' ? 'bad' : 'plain',
  };
}

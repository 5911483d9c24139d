import type { Origin } from '../model/origin.js';
import type { Step } from '../model/trace.js';
import type { Stage } from './stages.js';
import { arrow } from './words.js';
import type { Tone } from './words.js';

interface Told {
  readonly title: string;
  readonly text: string;
  readonly origin?: Origin | undefined;
  readonly tone?: Tone;
  readonly quiet?: boolean;
}

/** One step that stands alone, as a stage. Hooks' steps are told by `hookStage`. */
export function singleStage(step: Step): Stage {
  const told = tell(step);
  const tone = told.tone ?? 'plain';
  const line = { text: told.text, ...(told.origin && { origin: told.origin }), tone };
  return { netns: step.netns, title: told.title, lines: [line], quiet: told.quiet ?? false, bad: tone === 'bad', rewrites: false };
}

function tell(step: Step): Told {
  switch (step.kind) {
    case 'send':
      return { title: 'send', text: `${arrow(step.packet)} (${step.what})` };
    case 'route':
      return routeTold(step);
    case 'conntrack':
      return { title: 'conntrack', text: `${step.state}: ${step.text}`, quiet: step.state !== 'INVALID' };
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
      return { title: `leaves by ${step.iface}`, text: step.text, tone: 'good' };
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

function routeTold(step: Extract<Step, { kind: 'route' }>): Told {
  const table = USUAL_TABLES.has(step.table) ? '' : ` (table ${step.table})`;
  const rule = step.policyRule && step.policyRule.line > 0 ? `, by rule ${step.policyRule.file}:${step.policyRule.line}` : '';
  const why = step.error !== undefined && !step.text.includes(step.error) ? `: ${step.error}` : '';
  return {
    title: PURPOSE[step.purpose],
    text: `${step.text}${table}${why}${rule}`,
    origin: step.origin,
    tone: step.result === 'error' ? 'bad' : 'plain',
  };
}

import { SEVERITIES, type Audit, type CapturedUse, type Finding, type Severity, type SuppressionNote } from '../../model/audit.js';
import type { NetnsName } from '../../model/netns.js';
import type { RuleHit, Trace } from '../../model/trace.js';
import { timeText } from '../flows/words.js';
import { count, endpoint } from '../words.js';

/** @returns `2 critical, 1 high`, `1 possible critical`, or `nothing found`. */
export function countLine(findings: readonly Pick<Finding, 'severity' | 'possible'>[]): string {
  const parts = SEVERITIES.flatMap((severity) =>
    [false, true].flatMap((isPossible) => {
      const count = findings.filter((f) => f.severity === severity && (f.possible !== undefined) === isPossible).length;
      return count === 0 ? [] : [`${count} ${isPossible ? 'possible ' : ''}${severity}`];
    }),
  );
  return parts.length === 0 ? 'nothing found' : parts.join(', ');
}

/** @returns findings in their order, those that the baseline lacks first: they are what somebody has to act on. */
export function newFirst<T extends Pick<Finding, 'isNew'>>(findings: readonly T[]): readonly T[] {
  return [...findings].sort((a, b) => Number(b.isNew === true) - Number(a.isNew === true));
}

/** @returns the worst severity found. */
export function worst(findings: readonly Finding[]): Severity | undefined {
  return SEVERITIES.find((severity) => findings.some((f) => f.severity === severity));
}

/** @returns `host d28-bridge` or `this host`. */
export function hostName(audit: Audit): string {
  return audit.meta.hostname ?? 'this host';
}

/** @returns what captures show of it, in a sentence. */
export function usedLine({ status, flows, answered, example }: CapturedUse): string {
  if (status === 'not-seen') return 'The captures show nobody using it.';
  const first = example === undefined ? '' : `; the first is ${example.client} → ${example.server} at ${timeText(example.first)}`;
  return `In use: the captures show ${count(flows, 'conversation')} on it, ${answered} of them answered${first}.`;
}

/** @returns which suppression does nothing, and why. */
export function suppressionText({ rule, object, reason, expires, state }: SuppressionNote): string {
  const why = state === 'expired' ? `expired on ${expires}` : 'matches nothing any more';
  return `${rule}${object === undefined ? '' : ` ${object}`}: ${why} (${reason})`;
}

/** One stop of a packet's way. */
export interface Hop {
  readonly netns: NetnsName;
  readonly iface: string;
  /** What happened before the next stop: a translation, a proxy. */
  readonly note?: string;
}

/** @returns the interfaces that the packet passes on its way there, each once, with what changed it between. */
export function hopsOf(trace: Trace): readonly Hop[] {
  const hops: Hop[] = [];
  for (const step of trace.steps) {
    if (step.reply) continue;
    const last = hops.at(-1);
    if (step.kind === 'interface' && (last?.netns !== step.netns || last.iface !== step.iface))
      hops.push({ netns: step.netns, iface: step.iface });
    const note = noteOf(step);
    if (note === undefined) continue;
    const at = hops.pop() ?? { netns: step.netns, iface: '' };
    hops.push({ ...at, note: at.note === undefined ? note : `${at.note}, ${note}` });
  }
  return hops;
}

function noteOf(step: Trace['steps'][number]): string | undefined {
  if (step.kind === 'proxy') return step.process;
  if (step.kind !== 'nat') return undefined;
  const { before, after, manip } = step;
  return manip === 'dst' ? `DNAT to ${endpoint(after.dst, after.dport)}` : `SNAT ${before.src} to ${after.src}`;
}

/** @returns who asks and for what: `203.0.113.1 → 198.51.100.10:8080/tcp`. */
export function asks(trace: Trace): string {
  const { flow } = trace;
  const to = endpoint(flow.dst ?? flow.to, flow.dport);
  return `${flow.from} → ${to}${flow.proto === 'icmp' ? ' (ICMP echo)' : `/${flow.proto}`}`;
}

/** @returns the way in one line: `host up0 → (DNAT to 172.17.0.2:80) host docker0 → web eth0`. */
export function wayLine(trace: Trace): string {
  const hops = hopsOf(trace).map((hop) => `${hop.netns} ${hop.iface}${hop.note === undefined ? '' : ` (${hop.note})`}`);
  return hops.join(' → ');
}

function decides({ action }: RuleHit): boolean {
  switch (action?.kind) {
    case 'accept':
    case 'drop':
    case 'reject':
      return true;
    case 'translate':
      return action.manip === 'dst';
    default:
      return false;
  }
}

/** @returns the rules of a trace that let it pass or turned it. */
export function decisive(trace: Trace): readonly RuleHit[] {
  return trace.rules.filter(decides);
}

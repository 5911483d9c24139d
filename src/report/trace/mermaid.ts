import type { Step, Trace } from '../../model/trace.js';
import { escapeTerminal } from '../escape.js';
import { unreadTexts } from '../unread.js';
import { arrow, endpoint } from '../words.js';

/** No namespace has this name. */
const OUTSIDE = '\0outside';

/**
 * @returns `text` inert in a Mermaid label: all but letters, digits and a few signs become Mermaid's `#NN;` entities, also within the word `end`,
 * which closes blocks.
 */
export function escapeMermaid(text: string): string {
  return escapeTerminal(text)
    .replace(/[^\p{L}\p{N} .,:_/·→⇒-]/gu, (char) => `#${char.codePointAt(0)};`)
    .replace(/\bend\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`);
}

/** @returns the trace as a Mermaid sequence diagram: a life line a namespace, an arrow a crossing, a note where something changes or ends. */
export function sequenceDiagram(trace: Trace): string {
  const ids = participants(trace);
  const messages = [...arrival(trace, ids), ...trace.steps.flatMap((step) => message(step, ids))];
  const lines = [...ids].map(([name, id]) => `participant ${id} as ${escapeMermaid(name === OUTSIDE ? 'outside' : name)}`);
  return ['sequenceDiagram', ...[...lines, ...messages, ...groundNotes(trace, ids)].map((line) => `  ${line}`)].join('\n');
}

/** A diagram is shown alone as well: what it does not rest on stands below it. */
function groundNotes(trace: Trace, ids: ReadonlyMap<string, string>): readonly string[] {
  const over = [...new Set([...ids.values()].filter((_, at) => at === 0 || at === ids.size - 1))].join(',');
  const texts = [
    ...(trace.outcome === 'unknown' ? [`unknown: ${trace.reason}`] : []),
    ...trace.assumptions.map(({ detail }) => `assumed: ${detail}`),
    ...trace.missing.map((item) => `missing from the snapshot: ${item}`),
    ...unreadTexts(trace.unread),
  ];
  return texts.map((text) => `Note over ${over}: ${escapeMermaid(text)}`);
}

/** An outside machine's packet is first seen as it enters. */
function arrival(trace: Trace, ids: ReadonlyMap<string, string>): readonly string[] {
  const first = trace.steps[0];
  if (!comesFromOutside(first)) return [];
  return [`${ids.get(OUTSIDE)}->>${ids.get(first.netns)}: ${escapeMermaid(`${first.iface} · ${arrow(first.packet)}`)}`];
}

function comesFromOutside(first: Step | undefined): first is Extract<Step, { kind: 'interface' }> {
  return first?.kind === 'interface' && first.dir === 'in';
}

function participants(trace: Trace): ReadonlyMap<string, string> {
  // a walk of no steps has its sender alone
  const names = new Set<string>(trace.steps.length === 0 ? [trace.flow.from] : comesFromOutside(trace.steps[0]) ? [OUTSIDE] : []);
  for (const step of trace.steps) {
    names.add(step.netns);
    if (step.kind === 'link') names.add(step.peerNetns);
    if (step.kind === 'leave') names.add(OUTSIDE);
  }
  return new Map([...names].map((name, index) => [name, `n${index}`]));
}

function message(step: Step, ids: ReadonlyMap<string, string>): readonly string[] {
  const here = ids.get(step.netns) ?? '';
  const line = step.reply ? '-->>' : '->>';
  const note = (text: string): readonly string[] => [`Note over ${here}: ${escapeMermaid(text)}`];
  switch (step.kind) {
    case 'link':
      return step.peerNetns === step.netns
        ? []
        : [`${here}${line}${ids.get(step.peerNetns)}: ${escapeMermaid(`${step.iface} → ${step.peerIface} · ${arrow(step.packet)}`)}`];
    case 'leave':
      return [`${here}${line}${ids.get(OUTSIDE)}: ${escapeMermaid(`${step.iface} · ${arrow(step.packet)}`)}`];
    case 'nat': {
      const [from, to] =
        step.manip === 'src'
          ? [endpoint(step.before.src, step.before.sport), endpoint(step.after.src, step.after.sport)]
          : [endpoint(step.before.dst, step.before.dport), endpoint(step.after.dst, step.after.dport)];
      return note(`${step.hook}: ${step.manip === 'src' ? 'source' : 'destination'} ${from} → ${to}`);
    }
    case 'table':
      return step.verdict === 'accept'
        ? []
        : note(`${step.hook} ${step.table}: ${step.policy ? `policy ${step.policy}` : (step.hits.at(-1)?.verdict ?? step.verdict)}`);
    case 'route':
      return step.result === 'error' ? note(`no route: ${step.error ?? step.text}`) : [];
    case 'deliver':
      return note(`delivered: ${step.text}`);
    case 'proxy':
      return note(`${step.process} → ${step.to}`);
    case 'error':
      return note(`${step.what}: ${step.text}`);
    case 'drop':
      return note(`dropped: ${step.text}`);
    case 'send':
      return step.assumed === true ? [`${ids.get(OUTSIDE)}${line}${here}: ${escapeMermaid(`assumed answer · ${arrow(step.packet)}`)}`] : [];
    case 'conntrack':
    case 'interface':
    case 'bridge':
    case 'neighbour':
      return [];
    default:
      return step satisfies never;
  }
}

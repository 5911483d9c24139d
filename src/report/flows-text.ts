import pc from 'picocolors';
import type { FlowOutcome, FlowsDocument, JudgedFlow } from '../model/capture.js';
import { escapeTerminal } from './escape.js';
import type { FlowsReport } from './flows.js';
import { clock, endText, fateText, spanText, wayText } from './flows-words.js';

const GOOD: ReadonlySet<FlowOutcome> = new Set(['established', 'joined']);

/** For people: one conversation a paragraph, with the interfaces that it crossed. */
export const report: FlowsReport = function* (document, { color }) {
  const c = pc.createColors(color);
  const time = clock();
  let count = 0;
  for (const flow of document.flows) {
    count++;
    yield `${paragraph(flow, time(flow.first), c)}\n`;
  }
  yield `${summary(document, count)}\n`;
  for (const { problem } of document.sources) if (problem !== undefined) yield `${c.red(escapeTerminal(problem))}\n`;
};

/** Most names and addresses are plain: that is told faster than every character is replaced. */
const PLAIN = /^[\x20-\x7e→µ]*$/;

function safe(text: string): string {
  return PLAIN.test(text) ? text : escapeTerminal(text);
}

function paragraph(flow: JudgedFlow, time: string, c: ReturnType<typeof pc.createColors>): string {
  const paint = GOOD.has(flow.outcome) ? c.green : c.red;
  const size = `${flow.packets} packets, ${flow.bytes} bytes, ${spanText(flow.last - flow.first)}`;
  const lines = [
    `${time} ${flow.proto} ${safe(endText(flow.client))} → ${safe(endText(flow.server))} ${c.bold(paint(flow.outcome))} (${size})`,
    `  ${safe(fateText(flow))}`,
    `  seen at ${safe(wayText(flow.hops, false))}`,
  ];
  const back = wayText(flow.hops, true);
  if (back !== '') lines.push(`  answer at ${safe(back)}`);
  for (const reason of flow.impossible ?? []) lines.push(`  ${c.red('not as the snapshot has it:')} ${safe(reason)}`);
  return lines.join('\n');
}

function summary({ sources, counts, unexplainedOnly }: FlowsDocument, flows: number): string {
  const read = `${counts.packets} packets of ${sources.length} ${sources.length === 1 ? 'capture' : 'captures'}`;
  const what = unexplainedOnly ? `${flows} flows that the snapshot rules out` : `${flows} flows`;
  const rest = [
    [counts.other, 'not IP'],
    [counts.malformed, 'malformed'],
    [counts.control, 'neighbour discovery and the like'],
    [counts.strayFragments, 'fragments without their first'],
    [counts.strayErrors, 'ICMP errors about packets not captured'],
  ] as const;
  const told = rest.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return `${what} in ${read}${told.length > 0 ? ` (besides: ${told.join(', ')})` : ''}`;
}

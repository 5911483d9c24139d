import pc from 'picocolors';
import type { FlowOutcome, FlowsDocument, JudgedFlow } from '../model/capture.js';
import { escapeTerminal } from './escape.js';
import type { FlowsReport } from './flows.js';
import { endText, fateText, spanText, timeText, wayText } from './flows-words.js';

const GOOD: ReadonlySet<FlowOutcome> = new Set(['established', 'joined']);

/** For people: one conversation a paragraph, with the interfaces that it crossed. */
export const report: FlowsReport = function* (document, { color }) {
  const c = pc.createColors(color);
  let count = 0;
  for (const flow of document.flows) {
    count++;
    yield `${paragraph(flow, c)}\n`;
  }
  yield `${summary(document, count)}\n`;
  for (const { problem } of document.sources) if (problem !== undefined) yield `${c.red(escapeTerminal(problem))}\n`;
};

function paragraph(flow: JudgedFlow, c: ReturnType<typeof pc.createColors>): string {
  const paint = GOOD.has(flow.outcome) ? c.green : c.red;
  const size = `${flow.packets} packets, ${flow.bytes} bytes, ${spanText(flow.last - flow.first)}`;
  const lines = [
    `${timeText(flow.first)} ${flow.proto} ${escapeTerminal(endText(flow.client))} → ${escapeTerminal(endText(flow.server))} ${c.bold(paint(flow.outcome))} (${size})`,
    `  ${escapeTerminal(fateText(flow))}`,
    `  seen at ${escapeTerminal(wayText(flow.hops, false))}`,
  ];
  const back = wayText(flow.hops, true);
  if (back !== '') lines.push(`  answer at ${escapeTerminal(back)}`);
  for (const reason of flow.impossible ?? []) lines.push(`  ${c.red('not as the snapshot has it:')} ${escapeTerminal(reason)}`);
  return lines.join('\n');
}

function summary({ sources, counts, unexplainedOnly }: FlowsDocument, flows: number): string {
  const read = `${counts.packets} packets of ${sources.length} ${sources.length === 1 ? 'capture' : 'captures'}`;
  const what = unexplainedOnly ? `${flows} flows that the snapshot rules out` : `${flows} flows`;
  const rest = [
    [counts.other, 'not IP'],
    [counts.malformed, 'malformed'],
    [counts.strayFragments, 'fragments without their first'],
    [counts.strayErrors, 'ICMP errors about packets not captured'],
  ] as const;
  const told = rest.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return `${what} in ${read}${told.length > 0 ? ` (besides: ${told.join(', ')})` : ''}`;
}

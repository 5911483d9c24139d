import { escapeMarkdown } from '../escape.js';
import type { FlowsReport } from './report.js';
import { hostGroundTexts } from '../unread.js';
import { endText, fateText, spanText, timeText, wayText } from './words.js';

/** GitHub-flavoured Markdown: one table. */
export const report: FlowsReport = function* (document) {
  const { sources, counts, unexplainedOnly, flows } = document;
  yield `# ${unexplainedOnly ? 'Flows that the snapshot rules out' : 'Flows'}\n\n`;
  yield row(['First seen', 'Protocol', 'Client', 'Server', 'Outcome', 'Packets', 'Bytes', 'Lasted', 'Way', 'Answer']);
  yield row(['---', '---', '---', '---', '---', '---:', '---:', '---:', '---', '---']);
  for (const flow of flows) {
    const fate = [
      `**${flow.outcome}**: ${escapeMarkdown(fateText(flow))}`,
      ...(flow.impossible ?? []).map((text) => `⚠ ${escapeMarkdown(text)}`),
    ];
    yield row([
      timeText(flow.first),
      flow.proto,
      escapeMarkdown(endText(flow.client)),
      escapeMarkdown(endText(flow.server)),
      fate.join('<br>'),
      String(flow.packets),
      String(flow.bytes),
      spanText(flow.last - flow.first),
      escapeMarkdown(wayText(flow.hops, false)),
      escapeMarkdown(wayText(flow.hops, true)),
    ]);
  }
  yield `\n${counts.packets} packets of ${sources.map(({ file }) => escapeMarkdown(file)).join(', ')}.\n`;
  for (const { problem } of sources) if (problem !== undefined) yield `\n**Damaged:** ${escapeMarkdown(problem)}\n`;
  for (const text of hostGroundTexts(document)) yield `\n**Not known:** ${escapeMarkdown(text)}\n`;
};

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

import { hostGroundTexts } from '../unread.js';
import { createColors } from 'picocolors';
import type { Matrix, MatrixResult } from '../../model/reachability.js';
import { escapeTerminal } from '../escape.js';
import type { ReportOptions } from '../trace/report.js';
import type { MatrixReport } from './report.js';
import { isUsed, usesInOrder, useText } from './used.js';
import { boundsText, cellText, layOut, serviceText, witnessCommand, type MatrixLayout } from './layout.js';

type Paint = ReturnType<typeof createColors>;

function paint(colors: Paint, result: MatrixResult, text: string): string {
  switch (result.reach) {
    case 'open':
      return colors.red(text);
    case 'partial':
      return colors.yellow(text);
    case 'unknown':
      return colors.magenta(text);
    case 'closed':
      return colors.dim(text);
  }
}

const WIDEST = 24;

function cut(text: string): string {
  const safe = escapeTerminal(text);
  return safe.length <= WIDEST ? safe : `${safe.slice(0, WIDEST - 1)}…`;
}

/** In use, as captures show. */
const USED = '*';

function table(matrix: Matrix, { columns, rows }: MatrixLayout, colors: Paint): string {
  const heads = columns.map((_, i) => String.fromCharCode(65 + (i % 26)) + (i < 26 ? '' : String(Math.floor(i / 26))));
  const first = Math.max(7, ...rows.map((r) => escapeTerminal(r.service.name).length));
  const names = columns.map(({ sources }) => new Set(sources.map((source) => source.name)));
  const texts = rows.map(({ results }, row) =>
    results.map((result, i) => cut(cellText(result)) + (isUsed(matrix, row, names[i]!) ? USED : '')),
  );
  const widths = columns.map((_, i) => Math.max(heads[i]!.length, ...texts.map((cells) => cells[i]!.length)));
  const lines = [`${'service'.padEnd(first)}  ${heads.map((h, i) => h.padEnd(widths[i]!)).join('  ')}`.trimEnd()];
  for (const [row, { service, results }] of rows.entries()) {
    const cells = results.map((result, i) => paint(colors, result, texts[row]![i]!.padEnd(widths[i]!)));
    lines.push(
      `${escapeTerminal(service.name).padEnd(first)}  ${cells.join('  ')}  ${colors.dim(escapeTerminal(serviceText(service)))}`.trimEnd(),
    );
  }
  const legend = columns.map((c, i) => `  ${heads[i]!}  ${escapeTerminal(c.sources.map((s) => s.name).join(', '))}`);
  return `Sources (those that fare alike share a column):\n${legend.join('\n')}\n\n${lines.join('\n')}\n`;
}

function detail(result: MatrixResult, about: ReportOptions['about']): string {
  const at = result.decidedBy === undefined ? '' : ` [${escapeTerminal(result.decidedBy.file)}:${result.decidedBy.line}]`;
  const extra = [...result.rewritten.map((text) => `rewritten: ${text}`), ...boundsText(result, 12, about)];
  return [
    `${result.outcome}: ${escapeTerminal(result.reason)}${at}`,
    ...extra.map(escapeTerminal),
    `witness: ${escapeTerminal(witnessCommand(result, about))}`,
  ]
    .map((line) => `      ${line}`)
    .join('\n');
}

/** Every cell with its reason and witness, sources that fare alike once. */
function details({ columns, rows }: MatrixLayout, about: ReportOptions['about']): string {
  return rows
    .map(({ service, results }) => {
      const cells = columns.map(
        (c, i) => `    ${escapeTerminal(c.title)}: ${escapeTerminal(cellText(results[i]!))}\n${detail(results[i]!, about)}`,
      );
      return `  ${escapeTerminal(service.name)} (${escapeTerminal(serviceText(service))}) at ${service.addresses.map(escapeTerminal).join(', ')}\n${cells.join('\n')}`;
    })
    .join('\n');
}

function usedText(matrix: Matrix): string {
  const uses = usesInOrder(matrix);
  if (uses.length === 0) return '\nThe captures show none of these in use.';
  return `\n${USED} in use, as the captures show:\n${uses.map((use) => `  ${escapeTerminal(useText(matrix, use))}`).join('\n')}`;
}

function render(matrix: Matrix, options: ReportOptions): string {
  if (matrix.services.length === 0 || matrix.sources.length === 0) return 'Nothing to ask: no source or no service fits.\n';
  const layout = layOut(matrix);
  const colors = createColors(options.color);
  const notes = [...matrix.notes, ...hostGroundTexts(matrix)].map((note) => `${escapeTerminal(note)}\n`).join('');
  const hint = options.verbose
    ? ''
    : '\nopen: every packet gets through; part: some do; -: none; ?: the snapshot does not tell. -v gives the reason and a witness for each cell.\n';
  const used = matrix.used === undefined ? '' : `${usedText(matrix)}\n`;
  return `${table(matrix, layout, colors)}${used}${options.verbose ? `\n${details(layout, options.about)}\n` : ''}${hint}${notes}`;
}

export const report: MatrixReport = { render: (matrix, options) => [render(matrix, options)] };

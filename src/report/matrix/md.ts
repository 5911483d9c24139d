import type { Matrix, MatrixResult } from '../../model/reachability.js';
import { escapeMarkdown, markdownCode } from '../escape.js';
import { hostGroundTexts } from '../unread.js';
import { place } from '../words.js';
import type { ReportOptions } from '../trace/report.js';
import type { MatrixReport } from './report.js';
import { usesInOrder, useText } from './used.js';
import { boundsText, cellText, layOut, serviceText, witnessCommand } from './layout.js';

const MARK = { open: '🔴', partial: '🟠', unknown: '❔', closed: '·' } as const;

function cell(result: MatrixResult): string {
  return result.reach === 'closed' ? MARK.closed : `${MARK[result.reach]} ${escapeMarkdown(cellText(result))}`;
}

function evidence(result: MatrixResult, about: ReportOptions['about']): string {
  const at = result.decidedBy === undefined ? '' : ` (${markdownCode(place(result.decidedBy))})`;
  const bounds = boundsText(result, 12, about).map((text) => `<br>${escapeMarkdown(text)}`);
  return `${escapeMarkdown(result.reason)}${at}${bounds.join('')}<br>${markdownCode(witnessCommand(result, about))}`;
}

function usedLines(matrix: Matrix): readonly string[] {
  if (matrix.used === undefined) return [];
  const uses = usesInOrder(matrix);
  if (uses.length === 0) return ['', 'The captures show none of these in use.'];
  return ['', '### In use, as the captures show', '', ...uses.map((use) => `- ${escapeMarkdown(useText(matrix, use))}`)];
}

function render(matrix: Matrix, { about }: ReportOptions): string {
  const { columns, rows } = layOut(matrix);
  const head = ['Service', ...columns.map((c) => escapeMarkdown(c.title))];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(({ service, results }) =>
      line([`${escapeMarkdown(service.name)}<br>${escapeMarkdown(serviceText(service))}`, ...results.map(cell)]),
    ),
  ];
  const proofs = rows.flatMap(({ service, results }) =>
    results.flatMap((result, i) =>
      result.reach === 'closed' ? [] : [line([escapeMarkdown(service.name), escapeMarkdown(columns[i]!.title), evidence(result, about)])],
    ),
  );
  const title = matrix.meta.hostname === undefined ? '' : ` on ${escapeMarkdown(matrix.meta.hostname)}`;
  const notes = [...matrix.notes, ...hostGroundTexts(matrix)].map((note) => `- ${escapeMarkdown(note)}`);
  return [
    `## Who reaches what${title}`,
    '',
    ...table,
    '',
    '🔴 every packet gets through, 🟠 some do, · none, ❔ the snapshot does not tell.',
    '',
    '<details><summary>Why each cell is open</summary>',
    '',
    line(['Service', 'From', 'Reason and witness']),
    line(['---', '---', '---']),
    ...proofs,
    '',
    '</details>',
    ...usedLines(matrix),
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
  ].join('\n');
}

export const report: MatrixReport = { render: (matrix, options) => [render(matrix, options)] };

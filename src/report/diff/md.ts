import type { ReachDiff } from '../../model/reachability.js';
import { witnessCommand } from '../check/words.js';
import { escapeMarkdown, markdownCode } from '../escape.js';
import type { DiffReport } from './index.js';

const MARK = { opened: '🔴 opened', closed: '🟢 closed', undecided: '❔ undecided' } as const;

function render(diff: ReachDiff): string {
  if (diff.changes.length === 0) return `## Reachability\n\nNothing changes (${diff.compared} pairs compared).\n`;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = diff.changes.map((change) => {
    const { cause } = change;
    const at = cause?.origin === undefined ? '' : `<br>${markdownCode(`${cause.origin.file}:${cause.origin.line}`)}`;
    const ports = change.ports === undefined ? '' : `<br>ports ${escapeMarkdown(change.ports)}`;
    return line([
      MARK[change.kind],
      escapeMarkdown(change.service) + ports,
      escapeMarkdown(change.sources.join(', ')),
      `${escapeMarkdown(change.before)} → ${escapeMarkdown(change.after)}`,
      cause === undefined ? escapeMarkdown(change.reason) : `${cause.side}: ${markdownCode(cause.text)}${at}`,
      markdownCode(witnessCommand(change.witness)),
    ]);
  });
  return [
    '## Reachability',
    '',
    line(['Change', 'Service', 'From', 'Reach', 'Because of', 'Witness']),
    line(['---', '---', '---', '---', '---', '---']),
    ...rows,
    '',
  ].join('\n');
}

export const report: DiffReport = { render };

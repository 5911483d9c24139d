import type { ChangeCause, FindingChange, ReachDiff } from '../../model/reachability.js';
import type { ReportOptions } from '../trace/report.js';
import { witnessCommand } from '../check/words.js';
import { escapeMarkdown, markdownCode } from '../escape.js';
import { sideLackText } from '../lacks.js';
import { groundTexts } from '../unread.js';
import { place } from '../words.js';
import type { DiffReport } from './report.js';

const MARK = { opened: '🔴 opened', closed: '🟢 closed', undecided: '❔ undecided' } as const;

function findings({ findings: changes }: ReachDiff): string {
  if (changes === undefined) return '';
  const one = (sign: string) => (change: FindingChange) =>
    `| ${sign} | ${change.severity} | ${escapeMarkdown(change.title)} (${markdownCode(change.rule)}) | ${escapeMarkdown(change.object)} |`;
  const rows = [...changes.new.map(one('🔴 new')), ...changes.gone.map(one('🟢 gone'))];
  if (rows.length === 0) return '\n## Findings\n\nThe same on both.\n';
  return ['', '## Findings', '', '| Change | Severity | Finding | On |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function lacking(diff: ReachDiff): string {
  if (diff.lacking.length === 0) return '';
  return `\n## Undecided\n\n${diff.lacking.map((lack) => `- ${escapeMarkdown(sideLackText(lack))}`).join('\n')}\n`;
}

function grounds(diff: ReachDiff): string {
  const texts = groundTexts(diff);
  return texts.length === 0 ? '' : `\n## Not read\n\n${texts.map((text) => `- ${escapeMarkdown(text)}`).join('\n')}\n`;
}

function render(diff: ReachDiff, { about }: ReportOptions): string {
  return reachability(diff, about) + lacking(diff) + findings(diff) + grounds(diff);
}

function reachability(diff: ReachDiff, about: ReportOptions['about']): string {
  if (diff.changes.length === 0) return `## Reachability\n\nNothing changes (${diff.compared} pairs compared).\n`;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = diff.changes.map((change) => {
    const { cause, instead } = change;
    const ground = ({ side, text, origin }: ChangeCause): string =>
      `${side}: ${markdownCode(text)}${origin === undefined ? '' : `<br>${markdownCode(place(origin))}`}`;
    const ports = change.ports === undefined ? '' : `<br>ports ${escapeMarkdown(change.ports)}`;
    return line([
      MARK[change.kind],
      escapeMarkdown(change.service) + ports,
      escapeMarkdown(change.sources.join(', ')),
      `${escapeMarkdown(change.before)} → ${escapeMarkdown(change.after)}`,
      cause === undefined
        ? escapeMarkdown(change.reason)
        : [cause, instead].flatMap((one) => (one === undefined ? [] : [ground(one)])).join('<br>'),
      markdownCode(witnessCommand(change.witness, about)),
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

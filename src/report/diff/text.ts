import { groundTexts } from '../unread.js';
import { place } from '../words.js';
import { createColors } from 'picocolors';
import type { ChangeCause, FindingChange, ReachChange, ReachDiff } from '../../model/reachability.js';
import { witnessCommand } from '../check/words.js';
import { escapeTerminal } from '../escape.js';
import { sideLackText } from '../lacks.js';
import type { ReportOptions } from '../trace/report.js';
import type { DiffReport } from './report.js';

const TITLE = { opened: 'OPENED', closed: 'closed', undecided: 'undecided' } as const;

function findings({ findings: changes }: ReachDiff): readonly string[] {
  if (changes === undefined) return [];
  const one = (sign: string) => (change: FindingChange) =>
    escapeTerminal(`${sign} ${change.severity} ${change.rule}: ${change.title} (${change.object})`);
  const lines = [...changes.new.map(one('NEW ')), ...changes.gone.map(one('gone'))];
  return lines.length === 0 ? ['findings of the audit: the same'] : ['findings of the audit:', ...lines.map((line) => `  ${line}`)];
}

function render(diff: ReachDiff, { color, about }: ReportOptions): string {
  const colors = createColors(color);
  const title = (change: ReachChange): string => {
    const text = TITLE[change.kind];
    return change.kind === 'opened' ? colors.red(text) : change.kind === 'closed' ? colors.green(text) : colors.magenta(text);
  };
  const one = (change: ReachChange): string => {
    const { cause, instead } = change;
    const ground = ({ side, text, origin }: ChangeCause): string => `${side}: ${text}${origin === undefined ? '' : ` [${place(origin)}]`}`;
    const ports = change.ports === undefined ? '' : ` (ports ${change.ports})`;
    const lines = [
      `from ${change.sources.join(', ')}: ${change.before} → ${change.after}`,
      ...(cause?.text === change.reason ? [] : [change.reason]),
      ...(cause === undefined ? [] : [`because of, ${ground(cause)}`]),
      ...(instead === undefined ? [] : [`decided by, ${ground(instead)}`]),
      `witness: ${witnessCommand(change.witness, about)}`,
    ];
    return [`${title(change)}  ${escapeTerminal(change.service + ports)}`, ...lines.map((line) => `    ${escapeTerminal(line)}`)].join(
      '\n',
    );
  };
  const count = (kind: ReachChange['kind']): number => diff.changes.filter((c) => c.kind === kind).length;
  const sum = `${diff.compared} pairs compared: ${count('opened')} opened, ${count('closed')} closed, ${count('undecided')} undecided`;
  const lacking = diff.lacking.map((lack) => escapeTerminal(sideLackText(lack)));
  return `${[...diff.changes.map(one), ...(diff.changes.length > 0 ? [''] : []), ...lacking, ...findings(diff), ...groundTexts(diff).map(escapeTerminal), sum].join('\n')}\n`;
}

export const report: DiffReport = { render };

import { createColors } from 'picocolors';
import type { AssertionResult, PolicyResult, Violation } from '../../model/policy.js';
import { escapeTerminal } from '../escape.js';
import type { ReportOptions } from '../trace/report.js';
import type { CheckReport } from './report.js';
import { groundTexts } from '../unread.js';
import { place } from '../words.js';
import { reasonsOf, violationText, witnessCommand } from './words.js';

const SHOWN = 10;

function violation(found: Violation, about: ReportOptions['about']): string {
  const at = found.decidedBy === undefined ? '' : ` [${place(found.decidedBy)}]`;
  const lines = [
    `    ${violationText(found)}`,
    `      ${found.outcome}: ${found.reason}${at}`,
    ...(found.decidingRule === undefined || found.reason.includes(found.decidingRule) ? [] : [`      decided by ${found.decidingRule}`]),
    `      witness: ${witnessCommand(found.witness, about)}`,
  ];
  return lines.map(escapeTerminal).join('\n');
}

function assertion(result: AssertionResult, { verbose, color, about }: ReportOptions): string {
  const colors = createColors(color);
  const sign = result.passed
    ? colors.green('pass')
    : result.severity === 'warning'
      ? colors.yellow('warn')
      : result.verdict === 'undecided'
        ? colors.magenta('OPEN')
        : colors.red('FAIL');
  const reasons = reasonsOf(result);
  const told = verbose ? reasons : reasons.slice(0, SHOWN);
  const shown = verbose ? result.violations : result.violations.slice(0, SHOWN);
  const rest = result.violations.length - shown.length;
  return [
    `${sign}  ${escapeTerminal(result.name)}  ${colors.dim(escapeTerminal(place(result.origin)))}`,
    ...(result.passed || result.comment === undefined ? [] : [`    ${escapeTerminal(result.comment)}`]),
    ...result.notes.map((note) => `    note: ${escapeTerminal(note)}`),
    ...told.map((reason) => `    ${escapeTerminal(reason)}`),
    ...(told.length < reasons.length ? [`    and ${reasons.length - told.length} more that the snapshot lacks (-v shows them)`] : []),
    ...shown.map((one) => violation(one, about)),
    ...(rest > 0 ? [`    and ${rest} more (-v shows them)`] : []),
  ].join('\n');
}

function render(result: PolicyResult, options: ReportOptions): string {
  const failed = result.assertions.filter((a) => !a.passed);
  const warnings = failed.filter((a) => a.severity === 'warning').length;
  const open = failed.filter((a) => a.severity === 'error' && a.verdict === 'undecided').length;
  const sum = `${result.assertions.length} assertions, ${failed.length - warnings - open} failed${open > 0 ? `, ${open} undecided` : ''}${warnings > 0 ? `, ${warnings} warnings` : ''}`;
  const unread = groundTexts(result).map(escapeTerminal);
  return `${[...result.assertions.map((a) => assertion(a, options)), '', ...unread, sum].join('\n')}\n`;
}

export const report: CheckReport = { render };

import type { Finding, Severity } from '../../model/audit.js';
import { escapeTerminal } from '../escape.js';
import { originsOf } from './sarif-locations.js';
import { openLines, setAsideLines, severityOf, undeterminedReasons } from './open-words.js';
import { suppressionText, usedLine } from './words.js';
import type { AuditReport, AuditReportOptions } from './report.js';
import { groundTexts } from '../unread.js';

const LEVEL: Readonly<Record<Severity, string>> = { critical: 'error', high: 'error', medium: 'warning', low: 'notice', info: 'notice' };

/** Workflow commands escape with percent signs (actions/toolkit, command.ts: escapeData, escapeProperty). */
function data(text: string): string {
  return escapeTerminal(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function annotation(finding: Finding, { root }: AuditReportOptions): string {
  const [origin] = originsOf(finding);
  const where = origin === undefined ? '' : `file=${property(root + origin.file)},${origin.line > 0 ? `line=${origin.line},` : ''}`;
  const objects = finding.objects.map((o) => o.name).join(', ');
  const used = finding.used?.status === 'seen' ? ` ${usedLine(finding.used)}` : '';
  const open = finding.possible === undefined ? '' : ` Not decided: ${openLines(finding.possible).join('; ')}.`;
  const message = `${objects}.${open}${used} ${finding.remedy.text}`;
  return `::${LEVEL[finding.severity]} ${where}title=${property(`${severityOf(finding)}: ${finding.title} (${finding.rule})`)}::${data(message)}`;
}

function note(level: string, title: string, text: string): string {
  return `::${level} title=${property(title)}::${data(text)}`;
}

/** GitHub workflow commands: an annotation a finding, and one for each rule left undetermined and each suppression to look at. */
export const report: AuditReport = (audit, options) => {
  const lines = [
    ...audit.findings.map((finding) => annotation(finding, options)),
    ...audit.undetermined.map((u) => note('notice', `undetermined: ${u.title} (${u.rule})`, undeterminedReasons(u).join('; '))),
    ...groundTexts(audit).map((text) => note('notice', 'not read', text)),
    ...setAsideLines(audit.disabled).map((line) => note('notice', 'rules not asked', line)),
    ...setAsideLines(audit.accepted).map((line) => note('notice', 'rules that may stay undetermined', line)),
    ...audit.suppressed.flatMap((s) =>
      s.file === undefined
        ? []
        : [note('notice', `${s.rule} suppressed`, `${s.objects.join(', ')} (${s.reason}; until ${s.expires}; ${s.file})`)],
    ),
    ...audit.suppressionNotes.map((n) => note('warning', `suppression of ${n.rule} to look at`, suppressionText(n))),
  ];
  return [lines.map((line) => `${line}\n`).join('')];
};

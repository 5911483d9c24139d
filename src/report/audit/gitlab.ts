import type { Finding, Severity } from '../../model/audit.js';
import { escapeTerminal } from '../escape.js';
import { inertJson } from '../inert-json.js';
import { groundTexts } from '../unread.js';
import { asideLines, openLines, undeterminedReasons } from './open-words.js';
import type { AuditReport, AuditReportOptions } from './report.js';
import { originsOf } from './sarif-locations.js';
import { usedLine } from './words.js';

const SEVERITY: Readonly<Record<Severity, string>> = { critical: 'blocker', high: 'critical', medium: 'major', low: 'minor', info: 'info' };

/** Where nothing of the snapshot can be named. */
const NOWHERE = 'meta.json';

type Json = Readonly<Record<string, unknown>>;

function issue(check: string, severity: string, description: string, fingerprint: string, path: string, line = 1): Json {
  const location = { path, lines: { begin: Math.max(1, line) } };
  return { description: escapeTerminal(description), check_name: check, fingerprint, severity, location };
}

function ofFinding(finding: Finding, { root }: AuditReportOptions): Json {
  const [origin] = originsOf(finding);
  const objects = finding.objects.map((o) => o.name).join(', ');
  const open = finding.possible === undefined ? '' : ` Not decided: ${openLines(finding.possible).join('; ')}.`;
  const used = finding.used?.status === 'seen' ? ` ${usedLine(finding.used)}` : '';
  const description = `${finding.possible === undefined ? '' : 'possible: '}${finding.title}: ${objects}.${open}${used} ${finding.remedy.text}`;
  return issue(finding.rule, SEVERITY[finding.severity], description, finding.fingerprint, root + (origin?.file ?? NOWHERE), origin?.line);
}

/**
 * GitLab's Code Quality report (docs.gitlab.com, "Code Quality report format"): an issue a finding, and one each for rules that are undetermined and
 * for what was not read, so that a merge request shows them as well.
 */
export const report: AuditReport = (audit, options) => {
  const undetermined = audit.undetermined.map((u) =>
    issue(
      u.rule,
      'info',
      `undetermined (${u.severity}): ${u.title}: ${undeterminedReasons(u).join('; ')}`,
      `undetermined ${u.rule}`,
      options.root + NOWHERE,
    ),
  );
  const unread = groundTexts(audit).map((text) => issue('not-read', 'info', text, `not-read ${text}`, options.root + NOWHERE));
  const aside = asideLines(audit).map((text) => issue('set-aside', 'info', text, `set-aside ${text}`, options.root + NOWHERE));
  return [`${inertJson([...audit.findings.map((f) => ofFinding(f, options)), ...undetermined, ...unread, ...aside], 2)}\n`];
};

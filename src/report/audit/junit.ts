import { printCommands } from '../../command/index.js';
import type { Audit, Finding } from '../../model/audit.js';
import { escapeHtml } from '../escape.js';
import { asideLines, openLines, severityOf, undeterminedReasons } from './open-words.js';
import { asks, hostName, usedLine, wayLine } from './words.js';
import type { AuditReport } from './report.js';
import { groundTexts } from '../unread.js';

function attribute(name: string, value: string): string {
  return ` ${name}="${escapeHtml(value)}"`;
}

function testcase(rule: string, title: string, inner: string): string {
  const open = `    <testcase${attribute('classname', `dtrace-path.${rule}`)}${attribute('name', title)}`;
  return inner === '' ? `${open}/>` : `${open}>\n${inner}\n    </testcase>`;
}

function failure(finding: Finding): string {
  const objects = finding.objects.map((o) => `${o.name}${o.detail === undefined ? '' : `: ${o.detail}`}`);
  const paths = finding.evidence.traces.map((t) => `${asks(t)} ${t.outcome} (${t.cause.code}) by ${wayLine(t)}`);
  const commands = finding.remedy.steps.flatMap((s) => printCommands(s.commands));
  const used = finding.used === undefined ? [] : [usedLine(finding.used)];
  const open = finding.possible === undefined ? [] : openLines(finding.possible);
  const body = [...objects, ...paths, ...open, ...used, finding.remedy.text, ...commands].map(escapeHtml).join('\n');
  return `      <failure${attribute('type', severityOf(finding))}${attribute('message', `${finding.possible === undefined ? '' : 'possible: '}${finding.title}: ${finding.objects.map((o) => o.name).join(', ')}`)}>${body}</failure>`;
}

function skipped(why: string): string {
  return `      <skipped${attribute('message', why)}/>`;
}

function cases(audit: Audit): readonly string[] {
  return [
    ...audit.findings.map((f) => testcase(f.rule, `${f.title} (${severityOf(f)}, ${f.fingerprint.slice(0, 6)})`, failure(f))),
    ...audit.undetermined.map((u) =>
      testcase(u.rule, `${u.title} (undetermined)`, skipped(`undetermined (${u.severity}): ${undeterminedReasons(u).join('; ')}`)),
    ),
    ...audit.notApplicable.map((n) => testcase(n.rule, n.title, skipped(`not applicable: ${n.note}`))),
    ...audit.passed.map((p) => testcase(p.rule, p.title, '')),
  ];
}

/** What was set aside, and by what file: said beside the test cases. */
function systemOut(audit: Audit): string {
  const lines = [...groundTexts(audit), ...asideLines(audit)];
  return lines.length === 0 ? '' : `    <system-out>${lines.map(escapeHtml).join('\n')}</system-out>\n`;
}

/** JUnit XML: a failure a finding; what is undetermined is skipped, never passed. */
export const report: AuditReport = (audit) => {
  const list = cases(audit);
  const counts = `${attribute('tests', String(list.length))}${attribute('failures', String(audit.findings.length))}${attribute('errors', '0')}`;
  // the schema of Jenkins (junit-10.xsd) counts what is skipped by the suite alone
  const aside = attribute('skipped', String(audit.undetermined.length + audit.notApplicable.length));
  return [
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attribute('name', 'dtrace-path')}${counts}>
  <testsuite${attribute('name', hostName(audit))}${counts}${aside}>
${list.join('\n')}
${systemOut(audit)}  </testsuite>
</testsuites>
`,
  ];
};

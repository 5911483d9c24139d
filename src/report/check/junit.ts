import type { AssertionResult, PolicyResult } from '../../model/policy.js';
import { escapeHtml } from '../escape.js';
import type { ReportOptions } from '../trace/report.js';
import type { CheckReport } from './report.js';
import { groundTexts } from '../unread.js';
import { place } from '../words.js';
import { reasonsOf, violationText, witnessCommand } from './words.js';

function testcase(result: AssertionResult, about: ReportOptions['about']): string {
  const head = `    <testcase classname="policy.${result.kind}" name="${escapeHtml(result.name)}"`;
  if (result.passed) return `${head}/>`;
  const reasons = reasonsOf(result);
  const [first = 'failed'] = [...result.violations.map(violationText), ...reasons];
  const ways = result.violations.map(
    (v) => `${violationText(v)}; ${v.outcome} (${v.cause.code}): ${v.reason}; witness: ${witnessCommand(v.witness, about)}`,
  );
  const body = [place(result.origin), ...ways, ...reasons].map(escapeHtml).join('\n');
  const tag = result.severity === 'warning' ? 'system-out' : 'failure';
  const open = tag === 'failure' ? `<failure type="${result.verdict}" message="${escapeHtml(first)}">` : '<system-out>';
  return `${head}>\n      ${open}${body}</${tag}>\n    </testcase>`;
}

/** What the snapshot's files did not tell: it stands behind the test cases, as the schema wants it. */
function systemOut(result: PolicyResult): readonly string[] {
  const texts = groundTexts(result);
  return texts.length === 0 ? [] : [`    <system-out>${texts.map(escapeHtml).join('\n')}</system-out>`];
}

/** JUnit XML as CI systems read it: one test case an assertion. Where it stands is told in its text: Jenkins refuses `file` and `line` at a test case. */
function render(result: PolicyResult, { about }: ReportOptions): string {
  const failures = result.assertions.filter((a) => !a.passed && a.severity === 'error').length;
  const counts = `tests="${result.assertions.length}" failures="${failures}" errors="0"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="${escapeHtml(result.policy)}" file="${escapeHtml(result.policy)}" ${counts}>
${[...result.assertions.map((one) => testcase(one, about)), ...systemOut(result)].join('\n')}
  </testsuite>
</testsuites>
`;
}

export const report: CheckReport = { render };

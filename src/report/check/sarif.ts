import type { AssertionResult, PolicyResult, Violation } from '../../model/policy.js';
import type { Origin } from '../../model/origin.js';
import { escapeTerminal } from '../escape.js';
import type { ReportOptions } from '../trace/report.js';
import type { CheckReport } from './report.js';
import { inertJson } from '../inert-json.js';
import { groundTexts } from '../unread.js';
import { reasonsOf, violationText, witnessCommand } from './words.js';

/** A file as a URI reference: each part of the path encoded. */
function place({ file, line }: Origin) {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return { physicalLocation: { artifactLocation: { uri }, ...(line > 0 && { region: { startLine: line } }) } };
}

function resultOf(assertion: AssertionResult, index: number, violation: Violation, about: ReportOptions['about']) {
  const { cause, decidedBy, outcome, reason, witness } = violation;
  const text = `${violationText(violation)}. ${outcome}: ${reason}. Witness: ${witnessCommand(witness, about)}`;
  return {
    ruleId: `${assertion.kind}/${index + 1}`,
    ruleIndex: index,
    level: assertion.severity === 'warning' ? 'warning' : 'error',
    message: { text: escapeTerminal(text) },
    locations: [place(assertion.origin)],
    properties: { causes: [cause.code] },
    ...(decidedBy !== undefined && { relatedLocations: [{ id: 1, message: { text: 'decided here' }, ...place(decidedBy) }] }),
  };
}

/** What stands for nothing, and what the snapshot lacks, as one result: no level below that of a failure, since no gate passes on it. */
function openResult(assertion: AssertionResult, index: number): readonly object[] {
  const reasons = reasonsOf(assertion);
  if (assertion.passed || reasons.length === 0) return [];
  return [
    {
      ruleId: `${assertion.kind}/${index + 1}`,
      ruleIndex: index,
      level: assertion.severity === 'warning' ? 'warning' : 'error',
      message: { text: escapeTerminal(`${assertion.verdict}: ${reasons.join('; ')}`) },
      locations: [place(assertion.origin)],
      properties: { verdict: assertion.verdict },
    },
  ];
}

/** What the snapshot's files did not tell, as notifications of the run. */
function invocations(result: PolicyResult): object {
  const texts = groundTexts(result);
  if (texts.length === 0) return {};
  const toolExecutionNotifications = texts.map((text) => ({ level: 'warning', message: { text: escapeTerminal(text) } }));
  return { invocations: [{ executionSuccessful: true, toolExecutionNotifications }] };
}

/** SARIF 2.1.0: each assertion is a rule, each way against it a result at the assertion's line. */
function render(result: PolicyResult, { about }: ReportOptions): string {
  const rules = result.assertions.map(({ kind, name, comment }, index) => ({
    id: `${kind}/${index + 1}`,
    shortDescription: { text: escapeTerminal(name) },
    ...(comment !== undefined && { fullDescription: { text: escapeTerminal(comment) } }),
  }));
  const results = result.assertions.flatMap((assertion, index) => [
    ...assertion.violations.map((violation) => resultOf(assertion, index, violation, about)),
    ...openResult(assertion, index),
  ]);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'dtrace-path', rules } }, results, ...invocations(result) }],
  };
  return `${inertJson(log, 2)}\n`;
}

export const report: CheckReport = { render };

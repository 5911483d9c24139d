import type { Audit, Finding, RuleInfo, Severity } from '../../model/audit.js';
import type { Origin } from '../../model/origin.js';
import type { Trace } from '../../model/trace.js';
import { escapeTerminal } from '../escape.js';
import type { AuditReport, AuditReportOptions } from './report.js';
import { originsOf } from './sarif-locations.js';
import { inertJson } from '../inert-json.js';
import { groundTexts } from '../unread.js';
import { openLines, undeterminedReasons } from './open-words.js';
import { asks, usedLine, wayLine, worst } from './words.js';

const LEVEL: Readonly<Record<Severity, string>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' };

/** The scores by which GitHub sorts into critical, high, medium and low. */
const SCORE: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '0.1' };

type Json = Readonly<Record<string, unknown>>;

function uri(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

function physical({ file, line }: Origin, { root }: AuditReportOptions): Json {
  return { physicalLocation: { artifactLocation: { uri: uri(root + file) }, ...(line > 0 && { region: { startLine: line } }) } };
}

function message(text: string): Json {
  return { text: escapeTerminal(text) };
}

function helpOf(rule: RuleInfo): Json {
  const refs = rule.references.map((r) => (r.url === undefined ? r.name : `[${r.name}](${r.url})`));
  return {
    text: `${rule.rationale}\n\nRemedy: ${rule.remedy}`,
    markdown: `${rule.rationale}\n\n**Remedy.** ${rule.remedy}${refs.length === 0 ? '' : `\n\nReferences: ${refs.join(', ')}`}`,
  };
}

function descriptor(rule: RuleInfo, findings: readonly Finding[]): Json {
  const mine = findings.filter((f) => f.rule === rule.id);
  const severity = worst(mine) ?? rule.severity;
  const cwe = rule.references.filter((r) => r.name.startsWith('CWE-')).map((r) => `external/cwe/${r.name.toLowerCase()}`);
  const url = rule.references.find((r) => r.url !== undefined)?.url;
  return {
    id: rule.id,
    name: rule.id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.rationale },
    help: helpOf(rule),
    ...(url !== undefined && { helpUri: url }),
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: { tags: ['security', 'network', 'docker', ...cwe], precision: 'very-high', 'security-severity': SCORE[severity] },
  };
}

/** The rules that a packet met, in order, as SARIF tells a way through files. */
function codeFlow(trace: Trace, options: AuditReportOptions): readonly Json[] {
  const locations = trace.rules.map((hit) => ({
    location: { ...physical(hit, options), message: message(`${hit.table} ${hit.chain}: ${hit.rule} ⇒ ${hit.verdict}`) },
  }));
  return locations.length === 0
    ? []
    : [{ message: message(`${asks(trace)}: ${trace.outcome}. ${wayLine(trace)}`), threadFlows: [{ locations }] }];
}

function result(finding: Finding, index: number, options: AuditReportOptions): Json {
  const objects = finding.objects.map((o) => (o.detail === undefined ? o.name : `${o.name} (${o.detail})`));
  const used = finding.used?.status === 'seen' ? ` ${usedLine(finding.used)}` : '';
  const open = finding.possible === undefined ? '' : ` Not decided: ${openLines(finding.possible).join('; ')}.`;
  const [first, ...related] = originsOf(finding);
  const causes = [...new Set(finding.evidence.traces.map(({ cause }) => cause.code))];
  const flows = finding.evidence.traces.slice(0, 5).flatMap((trace) => codeFlow(trace, options));
  return {
    ruleId: finding.rule,
    ruleIndex: index,
    level: LEVEL[finding.severity],
    message: message(
      `${finding.possible === undefined ? '' : 'possible: '}${finding.title}: ${objects.join('; ')}.${open}${used} ${finding.remedy.text}`,
    ),
    locations: [physical(first ?? { file: 'meta.json', line: 0 }, options)],
    ...(related.length > 0 && {
      relatedLocations: related.slice(0, 20).map((origin, id) => ({ id: id + 1, ...physical(origin, options) })),
    }),
    ...(flows.length > 0 && { codeFlows: flows }),
    partialFingerprints: { 'dtracePathFinding/v1': finding.fingerprint },
    ...(finding.isNew !== undefined && { baselineState: finding.isNew ? 'new' : 'unchanged' }),
    properties: {
      'security-severity': SCORE[finding.severity],
      severity: finding.severity,
      certainty: finding.possible === undefined ? 'proved' : 'possible',
      ...(causes.length > 0 && { causes }),
      ...(finding.used !== undefined && { captures: finding.used }),
    },
  };
}

function notification(audit: Audit): readonly Json[] {
  const note = (level: 'warning' | 'note', text: string, rule: string): Json => ({
    level,
    message: message(text),
    associatedRule: { id: rule },
  });
  return [
    ...audit.undetermined.map((u) =>
      note('warning', `undetermined (${u.severity}): ${u.title}: ${undeterminedReasons(u).join('; ')}`, u.rule),
    ),
    ...groundTexts(audit).map((text) => ({ level: 'warning', message: message(text) })),
    ...audit.disabled.map(({ rule, by }) => ({ level: 'note', message: message(`not asked: ${rule} (${by})`) })),
    ...audit.accepted.map(({ rule, by }) => note('note', `may stay undetermined: ${rule} (${by})`, rule)),
    ...audit.suppressed.map((s) =>
      note(
        'note',
        `suppressed: ${s.rule}: ${s.objects.join(', ')} (${s.reason}; until ${s.expires}${s.file === undefined ? '' : `; ${s.file}`})`,
        s.rule,
      ),
    ),
  ];
}

/** SARIF 2.1.0, as GitHub code scanning takes it: rules with help, places in the files of the snapshot, fingerprints that last. */
export const report: AuditReport = (audit, options) => {
  const rules = audit.rules.map((rule) => descriptor(rule, audit.findings));
  const indexOf = new Map(audit.rules.map((rule, index) => [rule.id, index]));
  const run = {
    tool: { driver: { name: 'dtrace-path', version: options.version, rules } },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notification(audit) }],
    results: audit.findings.map((finding) => result(finding, indexOf.get(finding.rule) ?? 0, options)),
    columnKind: 'utf16CodeUnits',
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return [`${inertJson(log, 2)}\n`];
};

import { SEVERITIES, type Audit } from '../../model/audit.js';
import { escapeTerminal } from '../escape.js';
import { groundTexts } from '../unread.js';
import type { AuditReport } from './report.js';
import { asideLines } from './open-words.js';
import { hostName, usedLine } from './words.js';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A label's value (Prometheus, "Exposition formats"): backslash, quote and line feed are escaped. */
function quoted(text: string): string {
  return `"${escapeTerminal(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function metric(name: string, help: string, samples: readonly Sample[]): string {
  const line = ({ labels, value }: Sample): string => {
    const words = Object.entries(labels).map(([key, text]) => `${key}=${quoted(text)}`);
    return `${name}{${words.join(',')}} ${value}\n`;
  };
  if (samples.length === 0) return '';
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.map(line).join('')}`;
}

function bySeverity(audit: Audit, host: string): readonly Sample[] {
  return SEVERITIES.flatMap((severity) =>
    ['proved', 'possible'].map((state) => ({
      labels: { host, severity, state },
      value: audit.findings.filter((f) => f.severity === severity && (f.possible === undefined) === (state === 'proved')).length,
    })),
  );
}

/** Prometheus' text format, for the text-file collector of node_exporter: counts by severity, each finding with its objects, what is undetermined and unread. */
export const report: AuditReport = (audit) => {
  const host = hostName(audit);
  const found = audit.findings.map((f) => ({
    labels: { host, rule: f.rule, severity: f.severity, state: f.possible === undefined ? 'proved' : 'possible' },
    value: f.objects.length,
  }));
  const undetermined = SEVERITIES.map((severity) => ({
    labels: { host, severity },
    value: audit.undetermined.filter((u) => u.severity === severity).length,
  }));
  const taken = Date.parse(audit.meta.collectedAt ?? '');
  return [
    metric('dtrace_path_findings', 'Findings by severity, proved by a path or possible', bySeverity(audit, host)),
    metric('dtrace_path_finding_objects', 'What a finding is about: ports, containers, rules', mergeByLabels(found)),
    metric('dtrace_path_undetermined_rules', 'Rules that the snapshot does not decide, by the worst they may find', undetermined),
    metric(
      'dtrace_path_not_read',
      'What the answers do not rest on, or take for granted',
      [...new Set(groundTexts(audit))].map((what) => ({ labels: { host, what }, value: 1 })),
    ),
    metric(
      'dtrace_path_set_aside',
      'Rules and findings that somebody set aside, and by what',
      asideLines(audit).map((what) => ({ labels: { host, what }, value: 1 })),
    ),
    metric('dtrace_path_in_use', 'Findings that captures show in use, by answered conversations', usedOf(audit, host)),
    metric('dtrace_path_lacking', 'Listings that would decide what is undetermined or only possible', lackingOf(audit, host)),
    ...(Number.isNaN(taken)
      ? []
      : [metric('dtrace_path_snapshot_time_seconds', 'When the snapshot was taken', [{ labels: { host }, value: taken / 1000 }])]),
  ];
};

function lackingOf(audit: Audit, host: string): readonly Sample[] {
  const lacks = [...audit.wanted, ...audit.findings.flatMap((f) => f.possible?.lacking ?? [])];
  const files = new Map(lacks.map(({ command, file }) => [file, { labels: { host, command, file }, value: 1 }]));
  return [...files.values()];
}

function usedOf(audit: Audit, host: string): readonly Sample[] {
  const seen = audit.findings.flatMap(({ rule, fingerprint, used }) =>
    used?.status === 'seen' ? [{ labels: { host, rule, finding: fingerprint, how: usedLine(used) }, value: used.answered }] : [],
  );
  return mergeByLabels(seen);
}

/** A series may stand once: findings of one rule that are equally severe are one. */
function mergeByLabels(samples: readonly Sample[]): readonly Sample[] {
  const merged = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify(sample.labels);
    merged.set(key, { ...sample, value: sample.value + (merged.get(key)?.value ?? 0) });
  }
  return [...merged.values()];
}

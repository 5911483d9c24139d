import type { Audit, CapturedUse, Finding, RuleNote, Severity } from '../../model/audit.js';
import type { Trace } from '../../model/trace.js';
import { bullets, code, plain, table } from './markdown.js';
import { findingBlocks, foldedBlocks } from './finding-md.js';
import { setAsideLines, severityOf, undeterminedReasons, wantedLine } from './open-words.js';
import { countLine, hostName, newFirst } from './words.js';
import { groundTexts } from '../unread.js';
import { count, place } from '../words.js';

/** One piece of the report: Markdown, and what other formats attach to it. */
export interface ReportPart {
  readonly id: string;
  readonly blocks: readonly string[];
  /** Set for a finding: what filters look at, and the paths to draw. */
  readonly finding?: { readonly severity: Severity; readonly containers: readonly string[]; readonly traces: readonly Trace[] };
}

function opening(audit: Audit): ReportPart {
  const { meta } = audit;
  const facts = [
    ...(meta.kernel === undefined ? [] : [`Linux ${plain(meta.kernel)}`]),
    ...(meta.docker === undefined ? [] : [`Docker ${plain(meta.docker)}`]),
    ...(meta.collectedAt === undefined ? [] : [`collected ${plain(meta.collectedAt)}`]),
  ];
  return { id: 'top', blocks: [`# Network audit of ${plain(hostName(audit))}`, ...(facts.length === 0 ? [] : [facts.join(', ')])] };
}

function summary(audit: Audit): ReportPart {
  const urgent = audit.findings.filter((f) => f.severity === 'critical' || f.severity === 'high');
  const rest = audit.findings.length - urgent.length;
  const lead =
    urgent.length === 0
      ? audit.undetermined.some((u) => u.severity === 'critical' || u.severity === 'high')
        ? 'Nothing critical or high was found; what is undetermined may be.'
        : 'Nothing critical or high was found.'
      : `${count(urgent.length, 'finding')} to act on now, ${rest} to look at after that.`;
  const isCaptured = audit.findings.some((f) => f.used !== undefined);
  const rows = newFirst(audit.findings).map((f) => [
    `**${severityOf(f)}**`,
    `[${plain(f.title)}](#${anchor(f)})`,
    String(f.objects.length),
    ...(f.isNew === undefined ? [] : [f.isNew ? 'new' : 'known']),
    ...(isCaptured ? [f.used?.status === 'seen' ? 'in use' : ''] : []),
  ]);
  const isCompared = audit.findings.some((f) => f.isNew !== undefined);
  const doubt =
    audit.undetermined.length === 0
      ? []
      : [
          `${count(audit.undetermined.length, 'rule')} not decided in full, for want of what the snapshot lacks; what is undetermined does not count as passed (see the appendix).`,
        ];
  return {
    id: 'summary',
    blocks: [
      '## Summary',
      `**${countLine(audit.findings)}**, of ${count(audit.rules.length, 'rule')}. ${lead}`,
      ...table(['Severity', 'Finding', 'Objects', ...(isCompared ? ['Baseline'] : []), ...(isCaptured ? ['Captures'] : [])], rows),
      ...doubt,
    ],
  };
}

function coverage(audit: Audit): ReportPart {
  const c = audit.coverage;
  const rows = c.files.map((f) => [
    plain(f.netns),
    String(f.read.length),
    f.missing.length === 0 ? 'nothing' : plain(f.missing.join(', ')),
  ]);
  const problems = c.problems.slice(0, 20).map((p) => `${code(place(p.origin))} ${plain(p.message)}`);
  const more = c.problems.length > 20 ? [`${c.problems.length - 20} more lines were not understood.`] : [];
  return {
    id: 'coverage',
    blocks: [
      '## What was looked at',
      `${count(c.running, 'running container')} of ${c.containers}, ${count(c.networks, 'network')}, ${count(c.rules, 'rule')} of iptables, ${count(c.listeners, 'listener')}; ${count(c.traces, 'path')} traced.`,
      c.outsiders.length === 0
        ? 'The snapshot shows no way in from outside, so nothing was asked from there.'
        : `Asked from outside as ${plain(c.outsiders.join(', '))}.`,
      ...table(['Namespace', 'Listings read', 'Missing'], rows),
      ...bullets(groundTexts(audit).map(plain)),
      ...(problems.length === 0 ? [] : ['Lines that were not understood:', ...bullets(problems), ...more]),
    ],
  };
}

function usedCell(used: CapturedUse | undefined): string {
  if (used === undefined) return '';
  return used.status === 'seen' ? `${used.answered} of ${used.flows} answered` : 'not seen';
}

function exposures(audit: Audit): ReportPart {
  const captured = audit.exposures.some((e) => e.used !== undefined);
  const rows = audit.exposures.map((e) => [
    plain(e.from.join(', ')),
    code(`${e.at}/${e.proto}`),
    plain(e.to),
    plain(e.process ?? ''),
    plain(e.how),
    ...(captured ? [plain(usedCell(e.used))] : []),
  ]);
  const body =
    rows.length === 0
      ? ['Nothing on this host answers an outside machine.']
      : table(['From', 'At', 'Reaches', 'Process', 'How', ...(captured ? ['In captures'] : [])], rows);
  return { id: 'exposure', blocks: ['## Who reaches what', ...body] };
}

/** @returns the anchor of a finding, the same in every run that finds it. */
export function anchor(finding: Finding): string {
  return `${finding.rule}-${finding.fingerprint.slice(0, 6)}`;
}

function findings(audit: Audit): readonly ReportPart[] {
  const head: ReportPart = { id: 'findings', blocks: audit.findings.length === 0 ? [] : ['## Findings'] };
  const each = newFirst(audit.findings).map((finding): ReportPart => ({
    id: anchor(finding),
    blocks: finding.isNew === false ? foldedBlocks(finding) : findingBlocks(finding),
    finding: {
      severity: finding.severity,
      containers: [...new Set(finding.objects.flatMap((o) => o.container ?? []))],
      traces: finding.evidence.traces,
    },
  }));
  return [head, ...each];
}

function ruleNotes(title: string, notes: readonly RuleNote[]): readonly string[] {
  return notes.length === 0
    ? []
    : [
        title,
        ...table(
          ['Rule', 'What it asks', ''],
          notes.map((n) => [code(n.rule), plain(n.title), plain(n.note)]),
        ),
      ];
}

function appendix(audit: Audit): ReportPart {
  const undetermined = [
    ...audit.wanted.map((w) => plain(wantedLine(w))),
    ...audit.undetermined.map((u) => `${code(u.rule)} ${u.severity}: ${undeterminedReasons(u).map(plain).join('<br>')}`),
  ];
  const suppressed = audit.suppressed.map(
    (s) =>
      `${code(s.rule)} ${plain(s.objects.join(', '))}: ${plain(s.reason)}, until ${plain(s.expires)}${s.file === undefined ? '' : ` (${code(s.file)})`}`,
  );
  const notes = audit.suppressionNotes.map(
    (n) =>
      `${code(n.rule)} ${plain(n.object ?? 'every object')}: ${n.state === 'expired' ? `expired on ${plain(n.expires)}` : 'matches nothing any more'} (${plain(n.reason)})`,
  );
  const block = (title: string, items: readonly string[]): readonly string[] => (items.length === 0 ? [] : [title, ...bullets(items)]);
  return {
    id: 'appendix',
    blocks: [
      '## Appendix',
      ...block('### Undetermined', undetermined),
      ...block('### Not asked', setAsideLines(audit.disabled).map(plain)),
      ...block('### May stay undetermined', setAsideLines(audit.accepted).map(plain)),
      ...block('### Suppressed', suppressed),
      ...block('### Suppressions to look at', notes),
      ...ruleNotes('### Passed', audit.passed),
      ...ruleNotes('### Not applicable', audit.notApplicable),
    ],
  };
}

/** @returns the report piece by piece, in order. */
export function partsOf(audit: Audit): readonly ReportPart[] {
  return [opening(audit), summary(audit), exposures(audit), ...findings(audit), coverage(audit), appendix(audit)].filter(
    (p) => p.blocks.length > 0,
  );
}

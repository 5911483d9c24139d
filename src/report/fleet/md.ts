import { printCommands } from '../../command/index.js';
import { bullets, code, plain, table } from '../audit/markdown.js';
import { suppressionText } from '../audit/words.js';
import { count } from '../words.js';
import type { FleetReport } from './report.js';
import { wantedLine } from '../audit/open-words.js';
import { fleetLine, groundLines, hostsOf, inCommon, setAside, severityLine, suppressedLines, suppressionsToLookAt } from './words.js';

/** GitHub-flavoured Markdown: a summary, what hosts have in common with objects and remedies, each host, what could not be audited. */
export const report: FleetReport = (fleet) => {
  const common = inCommon(fleet);
  const bad = fleet.hosts.flatMap((h) => (h.problem === undefined ? [] : [`${code(h.name)} ${plain(h.problem)}`]));
  const notes = suppressionsToLookAt(fleet).map((n) => plain(suppressionText(n)));
  const captured = fleet.hosts.some((h) => h.findings.some((f) => f.used !== undefined));
  const findings = common.flatMap((one) => [
    `### ${one.isPossible ? 'Possible ' : ''}${one.severity.toUpperCase()}: ${plain(one.title)}`,
    `Rule ${code(one.rule)}, on ${count(hostsOf(one), 'host')}. ${plain(one.on[0]?.finding.remedy.text ?? '')}`,
    ...table(
      ['Host', 'Objects', 'Remedy', ...(captured ? ['Captures'] : [])],
      one.on.map(({ host, finding }) => [
        `${code(host.name)}${finding.isNew === true ? ' (new)' : ''}`,
        finding.objects.map((o) => plain(o.name)).join('<br>'),
        finding.remedy.steps
          .flatMap((step) => printCommands(step.commands))
          .map(code)
          .join('<br>'),
        ...(captured ? [finding.used?.status === 'seen' ? 'in use' : ''] : []),
      ]),
    ),
  ]);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [title, ...bullets(lines.map(plain))];
  const blocks = [
    '# Network audit of a fleet',
    `**${plain(fleetLine(fleet))}**`,
    ...table(
      ['Severity', 'Finding', 'Hosts'],
      common.map((c) => [`**${c.isPossible ? 'possible ' : ''}${c.severity}**`, plain(c.title), String(hostsOf(c))]),
    ),
    ...(bad.length === 0 ? [] : ['## Not audited', ...bullets(bad)]),
    ...(findings.length === 0 ? [] : ['## Findings', ...findings]),
    ...section('## Not read', groundLines(fleet)),
    ...section('## Not asked', setAside(fleet, 'disabled')),
    ...section('## May stay undetermined', setAside(fleet, 'accepted')),
    ...section('## Suppressed', suppressedLines(fleet)),
    ...section(
      '## What would decide the undetermined',
      fleet.hosts.flatMap((h) => h.wanted.slice(0, 3).map((w) => `${h.name}: ${wantedLine(w)}`)),
    ),
    ...(notes.length === 0 ? [] : ['## Suppressions to look at', ...bullets(notes)]),
    '## Hosts',
    ...table(
      ['Host', 'Findings', 'Exposures', 'Undetermined', 'Paths traced'],
      fleet.hosts
        .filter((h) => h.problem === undefined)
        .map((h) => [
          code(h.name),
          plain(severityLine(h.findings)),
          String(h.exposures.length),
          String(h.undetermined.length),
          String(h.traces),
        ]),
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
};

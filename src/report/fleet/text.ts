import pc from 'picocolors';
import type { FleetFinding } from '../../model/fleet.js';
import { suppressionText } from '../audit/words.js';
import { count } from '../words.js';
import { escapeTerminal } from '../escape.js';
import { wrap } from '../wrap.js';
import type { FleetReport } from './report.js';
import { wantedLine } from '../audit/open-words.js';
import {
  fleetLine,
  groundLines,
  hostsOf,
  inCommon,
  setAside,
  severityLine,
  suppressedLines,
  suppressionsToLookAt,
  type Common,
} from './words.js';

type Colors = ReturnType<typeof pc.createColors>;

/** More hosts or objects than this are counted: the other formats have them all. */
const MOST = 12;

function capped(lines: readonly string[], what: string): readonly string[] {
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST), `… and ${count(lines.length - MOST, what)} more`];
}

function onHost(name: string, { objects, isNew, used }: FleetFinding): string {
  const mark = isNew === true ? ' (new)' : '';
  const names = capped(
    objects.map((o) => o.name),
    'object',
  ).join(', ');
  return `  ${escapeTerminal(`${name}${mark}: ${names}${used?.status === 'seen' ? '; in use, the captures show' : ''}`)}`;
}

function commonLines(common: Common, colors: Colors): readonly string[] {
  const { rule, severity, title, isPossible, on } = common;
  const known = on.filter(({ finding }) => finding.isNew === false).map(({ host }) => host.name);
  return [
    '',
    `${isPossible ? 'possible ' : ''}${colors.bold(severity.toUpperCase())} ${colors.bold(escapeTerminal(title))} ${colors.dim(`[${escapeTerminal(rule)}]`)} on ${count(hostsOf(common), 'host')}`,
    ...capped(
      on.filter(({ finding }) => finding.isNew !== false).map(({ host, finding }) => onHost(host.name, finding)),
      'line',
    ),
    ...(known.length === 0 ? [] : [`  known from the baseline on ${escapeTerminal(capped(known, 'host').join(', '))}`]),
  ];
}

/** For people at a terminal: what hosts have in common, worst first, then each host in a line. */
export const report: FleetReport = (fleet, { color, width = Infinity }) => {
  const colors = pc.createColors(color);
  const hosts = fleet.hosts.map((h) => {
    const open = h.undetermined.length === 0 ? '' : `; ${count(h.undetermined.length, 'rule')} undetermined`;
    const found = h.problem === undefined ? `${severityLine(h.findings)}${open}` : colors.red(`not audited: ${escapeTerminal(h.problem)}`);
    const [first] = h.wanted;
    const hint = first === undefined ? '' : `; ${wantedLine(first)}`;
    return `  ${escapeTerminal(h.name)}: ${found}${escapeTerminal(hint)}`;
  });
  const notes = suppressionsToLookAt(fleet).map((n) => `  ${escapeTerminal(suppressionText(n))}`);
  const suppressions = notes.length === 0 ? [] : ['', colors.bold('Suppressions to look at'), ...notes];
  const block = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines.map((line) => `  ${escapeTerminal(line)}`)];
  const aside = [
    ...block('Not read', groundLines(fleet)),
    ...block('Not asked', setAside(fleet, 'disabled')),
    ...block('May stay undetermined', setAside(fleet, 'accepted')),
    ...block('Suppressed', suppressedLines(fleet)),
  ];
  const findings = inCommon(fleet).flatMap((common) => commonLines(common, colors));
  const lines = [colors.bold(fleetLine(fleet)), ...findings, ...aside, ...suppressions, '', colors.bold('Hosts'), ...hosts];
  return `${lines.flatMap((line) => wrap(line, width, '    ')).join('\n')}\n`;
};

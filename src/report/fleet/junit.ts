import type { FleetHost } from '../../model/fleet.js';
import { escapeHtml } from '../escape.js';
import type { FleetReport } from './report.js';

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function attributes(counts: Partial<Counts>): string {
  return Object.entries(counts)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}

function countsOf(host: FleetHost): Counts {
  if (host.problem !== undefined) return { tests: 1, failures: 0, errors: 1, skipped: 0 };
  const skipped = host.undetermined.length + host.notApplicable;
  return { tests: host.findings.length + host.passed + skipped, failures: host.findings.length, errors: 0, skipped };
}

/** The test cases of a host's own report. */
function casesOf(host: FleetHost): string {
  if (host.problem !== undefined)
    return `    <testcase classname="dtrace-path" name="audit">\n      <error message="${escapeHtml(host.problem)}"/>\n    </testcase>`;
  const piece = host.pieces['junit'] ?? '';
  const start = piece.indexOf('\n', piece.indexOf('  <testsuite ')) + 1;
  return piece.slice(start, piece.lastIndexOf('\n  </testsuite>'));
}

/** JUnit XML: a suite a host; what is undetermined is skipped, a snapshot that could not be audited is an error. */
export const report: FleetReport = (fleet) => {
  const sum = (key: keyof Counts): number => fleet.hosts.reduce((total, host) => total + countsOf(host)[key], 0);
  const all = { tests: sum('tests'), failures: sum('failures'), errors: sum('errors') };
  const suites = fleet.hosts.map(
    (host) => `  <testsuite name="${escapeHtml(host.name)}"${attributes(countsOf(host))}>\n${casesOf(host)}\n  </testsuite>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dtrace-path"${attributes(all)}>\n${suites.join('\n')}\n</testsuites>\n`;
};

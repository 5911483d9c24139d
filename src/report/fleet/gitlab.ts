import { escapeTerminal } from '../escape.js';
import { inertJson } from '../inert-json.js';
import type { FleetReport } from './report.js';

interface Issue {
  readonly fingerprint: string;
  readonly [key: string]: unknown;
}

/** Our own report, read back. */
function issuesOf(piece: string | undefined): readonly Issue[] {
  return piece === undefined ? [] : (JSON.parse(piece) as readonly Issue[]);
}

/** GitLab's Code Quality report over all hosts: the same finding on two hosts is two; a snapshot that could not be audited is an issue of its own. */
export const report: FleetReport = (fleet, { root }) => {
  const issues = fleet.hosts.flatMap(({ name, problem, pieces }): readonly Issue[] => {
    const host = escapeTerminal(name);
    if (problem === undefined)
      return issuesOf(pieces['gitlab']).map((issue) => ({ ...issue, fingerprint: `${issue.fingerprint}:${host}` }));
    const description = escapeTerminal(`${name} could not be audited: ${problem}`);
    const location = { path: root + host, lines: { begin: 1 } };
    return [{ description, check_name: 'not-audited', fingerprint: `not-audited:${host}`, severity: 'blocker', location }];
  });
  return `${inertJson(issues, 2)}\n`;
};

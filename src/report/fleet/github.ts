import { escapeTerminal } from '../escape.js';
import type { FleetReport } from './report.js';

function escaped(text: string): string {
  return escapeTerminal(text).replaceAll('%', '%25');
}

/** GitHub workflow commands of every host, and an error for each snapshot that could not be audited. */
export const report: FleetReport = (fleet) =>
  fleet.hosts
    .map((h) =>
      h.problem === undefined ? (h.pieces['github'] ?? '') : `::error title=not audited::${escaped(`${h.name}: ${h.problem}`)}\n`,
    )
    .join('');

import { inertJson } from '../inert-json.js';
import { printedRemedy } from '../printed.js';
import type { FleetReport } from './report.js';

/** The fleet as it is; audit a single snapshot for every step of its paths. */
export const report: FleetReport = (fleet) => {
  const hosts = fleet.hosts.map(({ pieces: _, ...host }) => ({ ...host, findings: host.findings.map(printedRemedy) }));
  return `${inertJson({ ...fleet, hosts }, 2)}\n`;
};

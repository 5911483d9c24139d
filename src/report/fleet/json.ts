import { inertJson } from '../inert-json.js';
import type { FleetReport } from './report.js';

/** The fleet as it is; audit a single snapshot for every step of its paths. */
export const report: FleetReport = (fleet) => {
  const hosts = fleet.hosts.map((host) => Object.fromEntries(Object.entries(host).filter(([key]) => key !== 'pieces')));
  return `${inertJson({ ...fleet, hosts }, 2)}\n`;
};

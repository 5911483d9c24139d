import type { Fleet } from '../../model/fleet.js';
import type { AuditReportOptions } from '../audit/report.js';

/** One output format over a fleet: a pure function. @returns the whole text, ending with a line feed. */
export type FleetReport = (fleet: Fleet, options: AuditReportOptions) => string;

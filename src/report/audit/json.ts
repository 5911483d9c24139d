import type { AuditReport } from './report.js';

/** The audit as it is, every trace whole. */
export const report: AuditReport = (audit) => `${JSON.stringify(audit, undefined, 2)}\n`;

import { inertJson } from '../inert-json.js';
import type { AuditReport } from './report.js';

/** The audit as it is, every trace whole. */
export const report: AuditReport = (audit) => `${inertJson(audit, 2)}\n`;

import { inertJsonPieces } from '../json-pieces.js';
import { printedAudit } from '../printed.js';
import type { AuditReport } from './report.js';

/** The audit as it is, every trace whole, its commands as text. */
export const report: AuditReport = (audit) => inertJsonPieces(printedAudit(audit));

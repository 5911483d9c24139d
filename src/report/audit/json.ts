import { inertJsonPieces } from '../json-pieces.js';
import type { AuditReport } from './report.js';

/** The audit as it is, every trace whole. */
export const report: AuditReport = (audit) => inertJsonPieces(audit);

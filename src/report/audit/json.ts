import type { AuditReport } from './report.js';

/** What JSON.stringify leaves as it is and a terminal may act on. */
const ACTIVE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The audit as it is, every trace whole; characters that a terminal acts on are written as JSON escapes. */
export const report: AuditReport = (audit) =>
  `${JSON.stringify(audit, undefined, 2).replace(ACTIVE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

import { partsOf } from './parts.js';
import type { AuditReport } from './report.js';

/** GitHub-flavoured Markdown for a review: summary, exposure, findings with evidence and remedy, what was looked at. */
export const report: AuditReport = (audit) => {
  const parts = partsOf(audit).map((part) =>
    [...(part.finding === undefined ? [] : [`<a id="${part.id}"></a>`]), ...part.blocks].join('\n\n'),
  );
  return [`${parts.join('\n\n')}\n`];
};

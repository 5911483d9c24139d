import { continuingTarget } from '../plain-target.js';

/** audit_tg (xt_AUDIT.c). */
export const auditTarget = continuingTarget('AUDIT', { '--type': 1 });

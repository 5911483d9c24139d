import { continuingTarget } from '../plain-target.js';

/** trace_tg (xt_TRACE.c). */
export const traceTarget = continuingTarget('TRACE', {});

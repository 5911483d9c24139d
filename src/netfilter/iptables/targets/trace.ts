import { continuingTarget } from '../plain-target.js';

/** trace_tg (xt_TRACE.c). The nft back end loads it in any table (`meta nftrace`). */
export const traceTarget = continuingTarget('TRACE', {});

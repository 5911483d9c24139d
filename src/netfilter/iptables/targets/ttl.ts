import { ttlTarget as target } from '../ttl-target.js';

/** ttl_tg (xt_HL.c). */
export const ttlTarget = target('TTL', 'ttl');

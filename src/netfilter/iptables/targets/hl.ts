import { ttlTarget } from '../ttl-target.js';

/** hl_tg6 (xt_HL.c). */
export const hlTarget = ttlTarget('HL', 'hl');

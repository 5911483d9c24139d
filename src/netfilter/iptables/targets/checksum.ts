import { continuingTarget } from '../plain-target.js';

/** checksum_tg (xt_CHECKSUM.c). */
export const checksumTarget = continuingTarget('CHECKSUM', { '--checksum-fill': 0 });

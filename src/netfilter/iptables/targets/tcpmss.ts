import { continuingTarget } from '../plain-target.js';

/** tcpmss_tg4, tcpmss_tg6 (xt_TCPMSS.c): rewrites an option of the SYN. */
export const tcpmssTarget = continuingTarget('TCPMSS', { '--set-mss': 1, '--clamp-mss-to-pmtu': 0 });

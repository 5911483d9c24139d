import { continuingTarget } from '../plain-target.js';

/** tcpoptstrip_tg4 (xt_TCPOPTSTRIP.c): overwrites options with padding. */
export const tcpoptstripTarget = continuingTarget('TCPOPTSTRIP', { '--strip-options': 1 });

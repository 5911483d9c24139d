import { continuingTarget } from '../plain-target.js';

/** xt_rateest_tg (xt_RATEEST.c): counts. */
export const rateestTarget = continuingTarget('RATEEST', { '--rateest-name': 1, '--rateest-interval': 1, '--rateest-ewmalog': 1 });

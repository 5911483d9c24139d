import { continuingTarget } from '../plain-target.js';

/** idletimer_tg_target (xt_IDLETIMER.c). */
export const idletimerTarget = continuingTarget('IDLETIMER', { '--timeout': 1, '--label': 1, '--alarm': 0, '--send_nl_msg': 0 });

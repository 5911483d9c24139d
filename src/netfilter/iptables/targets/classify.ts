import { continuingTarget } from '../plain-target.js';

/** classify_tg (xt_CLASSIFY.c): sets the priority that queueing disciplines read. */
export const classifyTarget = continuingTarget('CLASSIFY', { '--set-class': 1 });

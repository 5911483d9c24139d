import { continuingTarget } from '../plain-target.js';

/** secmark_tg (xt_SECMARK.c): the marks of security modules. */
export const secmarkTarget = continuingTarget('SECMARK', { '--selctx': 1 });

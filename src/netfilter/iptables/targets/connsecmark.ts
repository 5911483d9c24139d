import { continuingTarget } from '../plain-target.js';

/** connsecmark_tg (xt_CONNSECMARK.c): the marks of security modules. */
export const connsecmarkTarget = continuingTarget('CONNSECMARK', { '--save': 0, '--restore': 0 });

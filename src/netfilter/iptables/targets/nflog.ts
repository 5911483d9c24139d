import { continuingTarget } from '../plain-target.js';

/** nflog_tg (xt_NFLOG.c). */
export const nflogTarget = continuingTarget('NFLOG', {
  '--nflog-group': 1,
  '--nflog-range': 1,
  '--nflog-size': 1,
  '--nflog-threshold': 1,
  '--nflog-prefix': 1,
});

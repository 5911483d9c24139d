import { continuingTarget } from '../plain-target.js';

/** log_tg (xt_LOG.c). */
export const logTarget = continuingTarget('LOG', {
  '--log-level': 1,
  '--log-prefix': 1,
  '--log-tcp-sequence': 0,
  '--log-tcp-options': 0,
  '--log-ip-options': 0,
  '--log-uid': 0,
  '--log-macdecode': 0,
});

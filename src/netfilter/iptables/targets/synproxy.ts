import { unknownTarget } from '../plain-target.js';

/** synproxy_tg4, synproxy_tg6 (ipt_SYNPROXY.c, ip6t_SYNPROXY.c). */
export const synproxyTarget = unknownTarget(
  'SYNPROXY',
  { '--sack-perm': 0, '--timestamp': 0, '--wscale': 1, '--mss': 1, '--ecn': 0 },
  'the handshake that a SYN proxy answers',
);

import type { TargetExtension } from '../extension.js';
import { unknownTarget } from '../plain-target.js';

const handshake = unknownTarget(
  'SYNPROXY',
  { '--sack-perm': 0, '--timestamp': 0, '--wscale': 1, '--mss': 1, '--ecn': 0 },
  'the handshake that a SYN proxy answers',
);

/** synproxy_tg4, synproxy_tg6 (ipt_SYNPROXY.c, ip6t_SYNPROXY.c). */
export const synproxyTarget: TargetExtension = { ...handshake, tracks: true };

import { opaqueMatch } from '../opaque.js';

/** xt_osf_match_packet (xt_osf.c). */
export const osf = opaqueMatch({
  name: 'osf',
  options: { '--genre': 1, '--ttl': 1, '--log': 1 },
  negatable: ['--genre'],
  category: 'bytes',

  detail: 'the operating system that the SYN looks like',
});

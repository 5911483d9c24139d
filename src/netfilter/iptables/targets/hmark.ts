import { unknownTarget } from '../plain-target.js';

/** hmark_tg_v4, hmark_tg_v6 (xt_HMARK.c). */
export const hmarkTarget = unknownTarget(
  'HMARK',
  {
    '--hmark-tuple': 1,
    '--hmark-mod': 1,
    '--hmark-offset': 1,
    '--hmark-rnd': 1,
    '--hmark-src-prefix': 1,
    '--hmark-dst-prefix': 1,
    '--hmark-sport-mask': 1,
    '--hmark-dport-mask': 1,
    '--hmark-spi-mask': 1,
    '--hmark-sport': 1,
    '--hmark-dport': 1,
    '--hmark-spi': 1,
    '--hmark-proto-mask': 1,
  },
  'the mark made from a hash of the packet',
);

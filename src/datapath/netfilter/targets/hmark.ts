import { UnreadableOption, type TargetExtension } from '../extension.js';

export const hmarkTarget: TargetExtension = {
  name: 'HMARK',
  options: {
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
  compile: () => {
    throw new UnreadableOption('-j', 'HMARK');
  },
};

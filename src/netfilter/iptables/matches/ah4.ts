import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol } from '../options.js';
import { spiReader } from '../spi.js';

const readers = new Map([['--ahspi', spiReader('ah')]]);

/** ah_mt (ipt_ah.c). */
export const ah4: MatchExtension = {
  name: 'ah',
  options: { '--ahspi': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [51], '-m ah');
    return conjunction(options, readers);
  },
};

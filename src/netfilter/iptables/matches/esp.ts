import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol } from '../options.js';
import { spiReader } from '../spi.js';

const readers = new Map([['--espspi', spiReader('esp')]]);

/** esp_mt (xt_esp.c). */
export const esp: MatchExtension = {
  name: 'esp',
  options: { '--espspi': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [50], '-m esp');
    return conjunction(options, readers);
  },
};

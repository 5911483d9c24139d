import type { MatchExtension } from '../extension.js';
import { conjunction, ignored, requireProtocol } from '../options.js';
import { spiReader } from '../spi.js';

const readers = new Map([
  ['--ipcompspi', spiReader('ipcomp')],
  ['--compres', ignored],
]);

/** comp_mt (xt_ipcomp.c). */
export const ipcomp: MatchExtension = {
  name: 'ipcomp',
  options: { '--ipcompspi': 1, '--compres': 0 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [108], '-m ipcomp');
    return conjunction(options, readers);
  },
};

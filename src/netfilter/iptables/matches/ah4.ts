import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol } from '../options.js';
import { spiReader, spis } from '../spi.js';
import type { Form } from '../grammar/form.js';

const readers = new Map([['--ahspi', spiReader('ah')]]);

const form: Form = {
  options: {
    '--ahspi': { values: [spis], not: true },
  },
  protocols: [51],
};

/** ah_mt (ipt_ah.c). */
export const ah4: MatchExtension = {
  name: 'ah',
  form,
  options: { '--ahspi': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [51], '-m ah');
    return conjunction(options, readers);
  },
};

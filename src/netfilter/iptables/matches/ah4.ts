import type { MatchExtension } from '../extension.js';
import { U32, conjunction, requireProtocol } from '../options.js';
import { spiReader } from '../spi.js';
import type { Form } from '../grammar/form.js';
import { rangeTo } from '../grammar/values.js';

const readers = new Map([['--ahspi', spiReader('ah')]]);

const form: Form = {
  options: {
    '--ahspi': { values: [rangeTo(U32)], not: true },
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

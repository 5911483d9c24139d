import type { MatchExtension } from '../extension.js';
import { U32, conjunction, requireProtocol } from '../options.js';
import { spiReader } from '../spi.js';
import type { Form } from '../grammar/form.js';
import { rangeTo } from '../grammar/values.js';

const readers = new Map([['--espspi', spiReader('esp')]]);

const form: Form = {
  options: {
    '--espspi': { values: [rangeTo(U32)], not: true },
  },
  protocols: [50],
};

/** esp_mt (xt_esp.c). */
export const esp: MatchExtension = {
  name: 'esp',
  form,
  options: { '--espspi': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [50], '-m esp');
    return conjunction(options, readers);
  },
};

import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol } from '../options.js';
import { spiReader, spis } from '../spi.js';
import type { Form } from '../grammar/form.js';

const readers = new Map([['--espspi', spiReader('esp')]]);

const form: Form = {
  options: {
    '--espspi': { values: [spis], not: true },
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

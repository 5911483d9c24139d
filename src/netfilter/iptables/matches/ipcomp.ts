import type { MatchExtension } from '../extension.js';
import { conjunction, ignored, requireProtocol } from '../options.js';
import { spiReader, spis } from '../spi.js';
import type { Form } from '../grammar/form.js';

const readers = new Map([
  ['--ipcompspi', spiReader('ipcomp')],
  ['--compres', ignored],
]);

const form: Form = {
  options: {
    '--ipcompspi': { values: [spis], not: true },
    '--compres': {},
  },
  protocols: [108],
};

/** comp_mt (xt_ipcomp.c). */
export const ipcomp: MatchExtension = {
  name: 'ipcomp',
  form,
  options: { '--ipcompspi': 1, '--compres': 0 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [108], '-m ipcomp');
    return conjunction(options, readers);
  },
};

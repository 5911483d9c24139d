import type { RuleOption } from '../../../model/netfilter.js';
import type { OptionContext } from '../grammar/form.js';
import type { MatchExtension } from '../extension.js';
import { conjunction, ignored, requireProtocol } from '../options.js';
import { spiReader, spis } from '../spi.js';
import type { Form } from '../grammar/form.js';

const readers = new Map([
  ['--ipcompspi', spiReader('ipcomp')],
  ['--compres', ignored],
]);

/** Without one it asks for SPI 0 (the match's data are zeros). */
const withSpi = (options: readonly RuleOption[]): readonly RuleOption[] =>
  options.some(({ flag }) => flag === '--ipcompspi') ? options : [{ flag: '--ipcompspi', negated: false, args: ['0'] }, ...options];

/** A range of everything is left out, none is written. */
const asSaved = (options: readonly RuleOption[], _: OptionContext, written: readonly RuleOption[]): readonly RuleOption[] =>
  written.some(({ flag }) => flag === '--ipcompspi') ? options : withSpi(options);

const form: Form = {
  options: {
    '--ipcompspi': { values: [spis], not: true },
    '--compres': {},
  },
  protocols: [108],
  print: asSaved,
};

/** comp_mt (xt_ipcomp.c). */
export const ipcomp: MatchExtension = {
  name: 'ipcomp',
  form,
  options: { '--ipcompspi': 1, '--compres': 0 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [108], '-m ipcomp');
    return conjunction(withSpi(options), readers);
  },
};

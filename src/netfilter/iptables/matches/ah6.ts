import type { MatchExtension } from '../extension.js';
import { U32, arg, conjunction, ignored, negatable, unknown, unsigned } from '../options.js';
import { allOf, equals } from '../../predicate/predicate.js';
import { spiReader, spis } from '../spi.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';

const length = negatable((option) => unknown('bytes', `the length of the AH header (--ahlen ${unsigned(option, arg(option), U32)})`));
const readers = new Map([
  ['--ahspi', spiReader('ah')],
  ['--ahlen', length],
  ['--ahres', ignored],
]);

const form: Form = {
  options: {
    '--ahspi': { values: [spis], not: true },
    '--ahlen': { values: [number(U32)], not: true },
    '--ahres': {},
  },
};

/** ah_mt6 (ip6t_ah.c): false without the header, whatever is negated. */
export const ah6: MatchExtension = {
  name: 'ah',
  form,
  options: { '--ahspi': 1, '--ahlen': 1, '--ahres': 0 },
  compile: (options) => allOf(equals('proto', 51), conjunction(options, readers)),
};

import type { MatchExtension } from '../extension.js';
import { arg, conjunction, fail, negatable, written } from '../options.js';
import { evaluateU32, parseU32, printU32 } from '../u32-language.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const readers = new Map([
  [
    '--u32',
    negatable((option) => {
      const tests = parseU32(arg(option)) ?? fail(option);
      return { op: 'bytes', test: (known) => evaluateU32(tests, known), detail: written('-m u32', [{ ...option, negated: false }]) };
    }),
  ],
]);

const program: ReadsValue = (word, option) => printU32(parseU32(word) ?? fail(option));

const form: Form = {
  options: {
    '--u32': { values: [program], not: true },
  },
  needs: [['--u32']],
};

/** u32_mt (xt_u32.c). */
export const u32: MatchExtension = {
  name: 'u32',
  form,
  options: { '--u32': 1 },
  compile: (options) => conjunction(options, readers),
};

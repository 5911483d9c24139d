import type { MatchExtension } from '../extension.js';
import { arg, conjunction, fail, negatable, written } from '../options.js';
import { evaluateU32, parseU32 } from '../u32-language.js';

const readers = new Map([
  [
    '--u32',
    negatable((option) => {
      const tests = parseU32(arg(option)) ?? fail(option);
      return { op: 'bytes', test: (known) => evaluateU32(tests, known), detail: written('-m u32', [{ ...option, negated: false }]) };
    }),
  ],
]);

/** u32_mt (xt_u32.c). */
export const u32: MatchExtension = {
  name: 'u32',
  options: { '--u32': 1 },
  compile: (options) => conjunction(options, readers),
};

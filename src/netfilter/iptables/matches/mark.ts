import type { MatchExtension } from '../extension.js';
import { U32, arg, conjunction, negatable, valueMask } from '../options.js';

const readers = new Map([
  [
    '--mark',
    negatable((option) => {
      const { value, mask } = valueMask(option, arg(option), U32);
      return { op: 'masked', field: 'mark', mask, value };
    }),
  ],
]);

/** mark_mt (xt_mark.c). */
export const mark: MatchExtension = {
  name: 'mark',
  options: { '--mark': 1 },
  compile: (options) => conjunction(options, readers),
};

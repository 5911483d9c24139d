import { tosName } from '../dscp-classes.js';
import type { MatchExtension } from '../extension.js';
import { U8, arg, conjunction, negatable, valueMask } from '../options.js';

const readers = new Map([
  [
    '--tos',
    negatable((option) => {
      const { value, mask } = tosName(arg(option)) ?? valueMask(option, arg(option), U8);
      return { op: 'masked', field: 'tos', mask, value };
    }),
  ],
]);

/** tos_mt (xt_dscp.c). */
export const tos: MatchExtension = {
  name: 'tos',
  options: { '--tos': 1 },
  compile: (options) => conjunction(options, readers),
};

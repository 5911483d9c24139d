import { U8, arg, inRanges, plain, unsigned, type Read } from './options.js';

const equal: Read = (option) => {
  const value = unsigned(option, arg(option), U8);
  return inRanges('ttl', [[value, value]], option.negated, U8);
};
const below: Read = plain((option) => inRanges('ttl', [[0, unsigned(option, arg(option), U8) - 1]], false, U8));
const above: Read = plain((option) => inRanges('ttl', [[unsigned(option, arg(option), U8) + 1, U8]], false, U8));

/** The options of ttl and hl: `--PREFIX-eq`, `-lt` and `-gt` (xt_hl.c). */
export function ttlReaders(prefix: string): readonly (readonly [flag: string, read: Read])[] {
  return [
    [`--${prefix}`, equal],
    [`--${prefix}-eq`, equal],
    [`--${prefix}-lt`, below],
    [`--${prefix}-gt`, above],
  ];
}

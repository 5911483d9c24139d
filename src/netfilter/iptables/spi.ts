import { U32, arg, range, unknown, written, type Read } from './options.js';
import { FALSE, TRUE, negateIf } from '../predicate/predicate.js';

/** `SPI` or `A:B` of ah, esp and ipcomp: a number that only the peers know. */
export function spiReader(match: string): Read {
  return (option) => {
    const [lo, hi] = range(option, arg(option), U32);
    if (lo > hi) return negateIf(option.negated, FALSE);
    if (lo === 0 && hi === U32) return negateIf(option.negated, TRUE);
    const plain = { ...option, negated: false };
    return negateIf(option.negated, unknown('bytes', `the security parameter index (${written(`-m ${match}`, [plain])})`));
  };
}

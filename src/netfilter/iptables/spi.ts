import type { ReadsValue } from './grammar/form.js';
import { rangeTo } from './grammar/values.js';
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

const spiRange = rangeTo(U32);

/** All of them say nothing, `!` or not (ah_save, esp_save, comp_save). */
export const spis: ReadsValue = (word, option, context) => {
  const text = spiRange(word, option, context);
  return text === `0:${U32}` ? undefined : text;
};

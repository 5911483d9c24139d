import type { MatchExtension } from '../extension.js';
import { arg, fail, find, range } from '../options.js';
import { ask, type Opaque } from '../opaque.js';

const opaque: Opaque = {
  name: 'connbytes',
  tracks: true,
  options: { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 },
  negatable: ['--connbytes'],
  category: 'connbytes',
  detail: 'how much the connection has carried',
};

/** A connection's first packet and its answer: so many packets and bytes at most, in both directions together. */
const MOST_PACKETS = 2;
const MOST_BYTES = 3000;

/** Whether what the first packets come to lies in a range, where that is the same for all that they may be. */
function firstWithin(from: number, to: number, most: number): boolean | undefined {
  if (from > most) return false;
  return from === 0 && to >= most ? true : undefined;
}

/** connbytes_mt (xt_connbytes.c). The usual answer is that of a connection's first packets. */
export const connbytes: MatchExtension = {
  name: 'connbytes',
  options: opaque.options,
  compile: (options) => {
    const amount = find(options, '--connbytes') ?? fail({ flag: '--connbytes', negated: false, args: [] });
    const [from, to] = range(amount, arg(amount), Number.MAX_SAFE_INTEGER);
    const mode = find(options, '--connbytes-mode')?.args[0];
    const fresh = firstWithin(from, to, mode === 'packets' ? MOST_PACKETS : MOST_BYTES);
    return ask(
      { ...opaque, words: { usual: from <= 1 !== amount.negated, ...(fresh !== undefined && { fresh: fresh !== amount.negated }) } },
      options,
    );
  },
};

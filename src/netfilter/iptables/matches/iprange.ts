import type { Family } from '../../../address/ip.js';
import { printAddress } from '../addresses.js';
import type { MatchExtension } from '../extension.js';
import { address, arg, conjunction, fail, negatable, type Read } from '../options.js';
import { FALSE, between } from '../../predicate/predicate.js';
import type { Form, ReadsValue } from '../grammar/form.js';

function addresses(field: 'src' | 'dst', family: Family): Read {
  return negatable((option) => {
    const parts = arg(option).split('-');
    if (parts.length > 2) return fail(option);
    const lo = address(option, parts[0] ?? '', family);
    const hi = parts[1] === undefined ? lo : address(option, parts[1], family);
    return lo > hi ? FALSE : between(field, lo, hi);
  });
}

const readersOf = (family: Family): ReadonlyMap<string, Read> =>
  new Map([
    ['--src-range', addresses('src', family)],
    ['--dst-range', addresses('dst', family)],
  ]);
const readers: Readonly<Record<Family, ReadonlyMap<string, Read>>> = { 4: readersOf(4), 6: readersOf(6) };

const span: ReadsValue = (word, option, { family }) => {
  const [lo = '', hi = lo, ...more] = word.split('-');
  return more.length > 0 ? fail(option) : `${printAddress(address(option, lo, family))}-${printAddress(address(option, hi, family))}`;
};

const form: Form = {
  options: {
    '--src-range': { values: [span], not: true },
    '--dst-range': { values: [span], not: true },
  },
  needs: [['--src-range', '--dst-range']],
};

/** iprange_mt4, iprange_mt6 (xt_iprange.c). */
export const iprange: MatchExtension = {
  name: 'iprange',
  form,
  options: { '--src-range': 1, '--dst-range': 1 },
  compile: (options, { family }) => conjunction(options, readers[family]),
};

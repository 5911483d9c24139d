import type { RuleOption } from '../../model/netfilter.js';
import { arg, fail } from './options.js';

const MAX_DIMS = 6;

/** @returns a set's name and the `src`/`dst` of each of its dimensions, as `--match-set NAME src,dst` writes them. */
export function setDims(option: RuleOption): { readonly set: string; readonly dims: readonly ('src' | 'dst')[] } {
  const dims = arg(option, 1)
    .split(',')
    // parse_dirs looks at the first three letters
    .map((dim) => (dim.startsWith('src') ? 'src' : dim.startsWith('dst') ? 'dst' : fail(option)));
  const set = arg(option);
  return set === '' || set.length > 31 || dims.length > MAX_DIMS ? fail(option) : { set, dims };
}

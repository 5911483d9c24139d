import { continuingTarget } from '../plain-target.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { U8, fail, unsigned } from '../options.js';

const NAMES: ReadonlyMap<string, number> = new Map([
  ['wscale', 3],
  ['mss', 2],
  ['sack-permitted', 4],
  ['sack', 5],
  ['timestamp', 8],
  ['md5', 19],
]);

/** Options by name or number, printed in order, each once; end and padding are none (parse_list). */
const kinds: ReadsValue = (word, option) => {
  const given = word.split(',').map((part) => {
    const kind = NAMES.get(part) ?? unsigned(option, part, U8);
    return kind < 2 ? fail(option) : kind;
  });
  if (new Set(given).size < given.length) return fail(option);
  return given.sort((a, b) => a - b).join(',');
};

const form: Form = {
  options: {
    '--strip-options': { values: [kinds] },
  },
  protocols: [6],
  tables: ['mangle'],
};

/** tcpoptstrip_tg4 (xt_TCPOPTSTRIP.c): overwrites options with padding. */
export const tcpoptstripTarget = continuingTarget('TCPOPTSTRIP', { '--strip-options': 1 }, form);

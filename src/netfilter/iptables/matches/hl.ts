import type { MatchExtension } from '../extension.js';
import { conjunction } from '../options.js';
import { ttlReaders } from '../ttl-readers.js';

const readers = new Map(ttlReaders('hl'));

/** hl_mt6 (xt_hl.c). */
export const hl: MatchExtension = {
  name: 'hl',
  options: { '--hl-eq': 1, '--hl-lt': 1, '--hl-gt': 1 },
  compile: (options) => conjunction(options, readers),
};

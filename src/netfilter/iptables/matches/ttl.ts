import type { MatchExtension } from '../extension.js';
import { conjunction } from '../options.js';
import { ttlReaders } from '../ttl-readers.js';

const [equal, ...others] = ttlReaders('ttl');
const readers = new Map(equal === undefined ? [] : [equal, ['--ttl', equal[1]], ...others]);

/** ttl_mt (xt_hl.c). */
export const ttl: MatchExtension = {
  name: 'ttl',
  options: { '--ttl-eq': 1, '--ttl': 1, '--ttl-lt': 1, '--ttl-gt': 1 },
  compile: (options) => conjunction(options, readers),
};

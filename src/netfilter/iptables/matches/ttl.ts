import type { MatchExtension } from '../extension.js';
import { U8, conjunction } from '../options.js';
import { ttlReaders } from '../ttl-readers.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';

const readers = new Map(ttlReaders('ttl'));

const form: Form = {
  options: {
    '--ttl-eq': { also: ['--ttl'], values: [number(U8)], not: true, without: ['--ttl-lt', '--ttl-gt'] },
    '--ttl-lt': { values: [number(U8)], without: ['--ttl-gt'] },
    '--ttl-gt': { values: [number(U8)] },
  },
  needs: [['--ttl-eq', '--ttl-lt', '--ttl-gt']],
};

/** ttl_mt (xt_hl.c). */
export const ttl: MatchExtension = {
  name: 'ttl',
  form,
  options: { '--ttl-eq': 1, '--ttl': 1, '--ttl-lt': 1, '--ttl-gt': 1 },
  compile: (options) => conjunction(options, readers),
};

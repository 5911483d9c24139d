import type { MatchExtension } from '../extension.js';
import { U8, conjunction } from '../options.js';
import { ttlReaders } from '../ttl-readers.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';

const readers = new Map(ttlReaders('hl'));

const form: Form = {
  options: {
    '--hl-eq': { also: ['--hl'], values: [number(U8)], not: true, without: ['--hl-lt', '--hl-gt'] },
    '--hl-lt': { values: [number(U8)], without: ['--hl-gt'] },
    '--hl-gt': { values: [number(U8)] },
  },
  needs: [['--hl-eq', '--hl-lt', '--hl-gt']],
};

/** hl_mt6 (xt_hl.c). */
export const hl: MatchExtension = {
  name: 'hl',
  form,
  options: { '--hl': 1, '--hl-eq': 1, '--hl-lt': 1, '--hl-gt': 1 },
  compile: (options) => conjunction(options, readers),
};

import type { MatchExtension } from '../extension.js';
import { arg, conjunction, fail, inRanges, type Read } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const MAX_MAC = 0xffffffffffff;

const source: Read = (option) => {
  const text = arg(option);
  if (!/^[\da-f]{1,2}(?::[\da-f]{1,2}){5}$/i.test(text)) return fail(option);
  const value = text.split(':').reduce((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
  return inRanges('srcMac', [[value, value]], option.negated, MAX_MAC);
};
const readers = new Map([['--mac-source', source]]);

/** Six bytes of one or two hex digits, printed with two (mac_parse). */
const padded: ReadsValue = (word) =>
  word
    .toLowerCase()
    .split(':')
    .map((byte) => byte.padStart(2, '0'))
    .join(':');

const form: Form = {
  options: {
    '--mac-source': { values: [padded], not: true },
  },
  needs: [['--mac-source']],
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
};

/** mac_mt (xt_mac.c): a packet without an Ethernet header matches neither way. */
export const mac: MatchExtension = {
  name: 'mac',
  form,
  options: { '--mac-source': 1 },
  compile: (options) => conjunction(options, readers),
};

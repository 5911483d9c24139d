import { printNetwork } from '../addresses.js';
import { extensionHeader } from '../extension-header.js';
import type { OptionForm, ReadsValue } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import { U16, U8, hostMask } from '../options.js';

const BYTES = [
  '--srh-next-hdr',
  '--srh-hdr-len-eq',
  '--srh-hdr-len-gt',
  '--srh-hdr-len-lt',
  '--srh-segs-left-eq',
  '--srh-segs-left-gt',
  '--srh-segs-left-lt',
  '--srh-last-entry-eq',
  '--srh-last-entry-gt',
  '--srh-last-entry-lt',
];
const ADDRESSES = ['--srh-psid', '--srh-nsid', '--srh-lsid'];
const FLAGS = [...BYTES, '--srh-tag', ...ADDRESSES];

const network: ReadsValue = (word, option) => printNetwork(hostMask(option, word, 6));

const rows = (flags: readonly string[], value: ReadsValue): readonly (readonly [string, OptionForm])[] =>
  flags.map((flag) => [flag, { values: [value], not: true }]);

/** srh_mt6 (ip6t_srh.c). */
export const srh = extensionHeader('srh', Object.fromEntries(FLAGS.map((flag) => [flag, 1])), FLAGS, {
  options: Object.fromEntries([...rows(BYTES, number(U8)), ...rows(['--srh-tag'], number(U16)), ...rows(ADDRESSES, network)]),
});

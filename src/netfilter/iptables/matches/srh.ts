import { extensionHeader } from '../extension-header.js';

const FLAGS = [
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
  '--srh-tag',
  '--srh-psid',
  '--srh-nsid',
  '--srh-lsid',
];

/** srh_mt6 (ip6t_srh.c). */
export const srh = extensionHeader('srh', Object.fromEntries(FLAGS.map((flag) => [flag, 1])), FLAGS, {
  options: Object.fromEntries(FLAGS.map((flag) => [flag, { not: true }])),
});

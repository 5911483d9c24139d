import { extensionHeader } from '../extension-header.js';

/** frag_mt6 (ip6t_frag.c). */
export const frag = extensionHeader(
  'frag',
  { '--fragid': 1, '--fraglen': 1, '--fragres': 0, '--fragfirst': 0, '--fragmore': 0, '--fraglast': 0 },
  ['--fragid', '--fraglen'],
);

import type { MatchExtension } from '../extension.js';
import { conjunction, ignored } from '../options.js';

const readers = new Map([['--comment', ignored]]);

/** comment_mt (xt_comment.c): always true. */
export const comment: MatchExtension = {
  name: 'comment',
  options: { '--comment': 1 },
  compile: (options) => conjunction(options, readers),
};

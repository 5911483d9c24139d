import type { MatchExtension } from '../extension.js';
import { TRUE } from '../predicate.js';

/** xt_comment: always true. */
export const comment: MatchExtension = {
  name: 'comment',
  options: { '--comment': 1 },
  compile: () => TRUE,
};

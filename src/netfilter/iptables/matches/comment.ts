import type { MatchExtension } from '../extension.js';
import { conjunction, ignored } from '../options.js';
import type { Form } from '../grammar/form.js';
import { cutText } from '../grammar/values.js';

const readers = new Map([['--comment', ignored]]);

const form: Form = {
  options: {
    '--comment': { values: [cutText(255)] },
  },
  needs: [['--comment']],
};

/** comment_mt (xt_comment.c): always true. */
export const comment: MatchExtension = {
  name: 'comment',
  form,
  options: { '--comment': 1 },
  compile: (options) => conjunction(options, readers),
};

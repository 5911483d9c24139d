import { opaqueMatch } from '../opaque.js';

/** limit_mt (xt_limit.c). */
export const limit = opaqueMatch({
  name: 'limit',
  options: { '--limit': 1, '--limit-burst': 1 },
  category: 'limit',
  words: { yes: 'under', no: 'over', usual: true },
  detail: 'the rate of the rule',
});

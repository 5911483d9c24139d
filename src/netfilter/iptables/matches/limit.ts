import { opaqueMatch } from '../opaque.js';

/** limit_mt (xt_limit.c). A fresh rule has the credit of its burst, which is at least one packet (limit_mt_check). */
export const limit = opaqueMatch({
  name: 'limit',
  options: { '--limit': 1, '--limit-burst': 1 },
  category: 'limit',
  words: { yes: 'under', no: 'over', usual: true, fresh: true },
  detail: 'the rate of the rule',
});

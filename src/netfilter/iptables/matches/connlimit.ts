import type { MatchExtension } from '../extension.js';
import { U32, arg, fail, find, unsigned } from '../options.js';
import { ask, type Opaque } from '../opaque.js';

const opaque: Opaque = {
  name: 'connlimit',
  tracks: true,
  options: { '--connlimit-upto': 1, '--connlimit-above': 1, '--connlimit-mask': 1, '--connlimit-saddr': 0, '--connlimit-daddr': 0 },
  negatable: ['--connlimit-upto', '--connlimit-above'],
  category: 'connlimit',
  detail: 'how many connections there are',
};

/** connlimit_mt (xt_connlimit.c). The connection itself counts as one (nf_conncount_count). */
export const connlimit: MatchExtension = {
  name: 'connlimit',
  options: opaque.options,
  compile: (options) => {
    const bound = find(options, '--connlimit-upto', '--connlimit-above') ?? fail({ flag: '--connlimit-upto', negated: false, args: [] });
    const most = unsigned(bound, arg(bound), U32);
    const above = (bound.flag === '--connlimit-above') !== bound.negated;
    return ask(
      {
        ...opaque,
        words: above
          ? { yes: 'over', no: 'under', usual: false, fresh: most < 1 }
          : { yes: 'under', no: 'over', usual: true, fresh: most >= 1 },
      },
      options,
    );
  },
};

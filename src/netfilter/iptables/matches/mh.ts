import type { MatchExtension } from '../extension.js';
import { arg, conjunction, negatable, requireProtocol, unknown } from '../options.js';

const readers = new Map([['--mh-type', negatable((option) => unknown('bytes', `the mobility header (--mh-type ${arg(option)})`))]]);

/** mh_mt6 (ip6t_mh.c). */
export const mh: MatchExtension = {
  name: 'mh',
  options: { '--mh-type': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [135], '-m mh');
    return conjunction(options, readers);
  },
};

import { UnreadableOption, type MatchExtension } from '../extension.js';

export const conntrack: MatchExtension = {
  name: 'conntrack',
  options: {
    '--ctstate': 1,
    '--ctproto': 1,
    '--ctorigsrc': 1,
    '--ctorigdst': 1,
    '--ctreplsrc': 1,
    '--ctrepldst': 1,
    '--ctorigsrcport': 1,
    '--ctorigdstport': 1,
    '--ctreplsrcport': 1,
    '--ctrepldstport': 1,
    '--ctstatus': 1,
    '--ctexpire': 1,
    '--ctdir': 1,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'conntrack');
  },
};

import { UnreadableOption, type MatchExtension } from '../extension.js';

export const frag: MatchExtension = {
  name: 'frag',
  options: { '--fragid': 1, '--fraglen': 1, '--fragres': 0, '--fragfirst': 0, '--fragmore': 0, '--fraglast': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'frag');
  },
};

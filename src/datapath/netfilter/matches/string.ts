import { UnreadableOption, type MatchExtension } from '../extension.js';

export const string: MatchExtension = {
  name: 'string',
  options: { '--from': 1, '--to': 1, '--algo': 1, '--icase': 0, '--string': 1, '--hex-string': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'string');
  },
};

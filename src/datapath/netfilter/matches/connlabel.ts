import { UnreadableOption, type MatchExtension } from '../extension.js';

export const connlabel: MatchExtension = {
  name: 'connlabel',
  options: { '--label': 1, '--set': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'connlabel');
  },
};

import { UnreadableOption, type MatchExtension } from '../extension.js';

export const connlimit: MatchExtension = {
  name: 'connlimit',
  options: { '--connlimit-upto': 1, '--connlimit-above': 1, '--connlimit-mask': 1, '--connlimit-saddr': 0, '--connlimit-daddr': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'connlimit');
  },
};

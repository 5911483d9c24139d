import { UnreadableOption, type MatchExtension } from '../extension.js';

export const quota: MatchExtension = {
  name: 'quota',
  options: { '--quota': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'quota');
  },
};

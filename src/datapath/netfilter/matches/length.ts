import { UnreadableOption, type MatchExtension } from '../extension.js';

export const length: MatchExtension = {
  name: 'length',
  aliases: ['length2'],
  options: { '--length': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'length');
  },
};

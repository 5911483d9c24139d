import { UnreadableOption, type MatchExtension } from '../extension.js';

export const limit: MatchExtension = {
  name: 'limit',
  options: { '--limit': 1, '--limit-burst': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'limit');
  },
};
